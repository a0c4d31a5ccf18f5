"""What `rag` prints for people, in Arabic or English. Results go to standard output, everything else to error."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO

from rag.errors import RagError
from rag.escaping import printable
from rag.location import location
from rag.schema import Answer, Citation, Failure, Language, Retrieval, SourceInfo, SyncReport
from rag.terminal_failures import sum_up
from rag.terminal_words import WORDS

if TYPE_CHECKING:
    from rag.doctor import Finding
    from rag.index import ChatInfo
    from rag.sync import SyncProgress

_STATE_MARK = {"good": "✓", "missing": "–", "broken": "✗"}
_QUOTE_WIDTH = 200


def terminal_language() -> Language:
    """RAG_UI_LANGUAGE, else the locale's language where it is Arabic, else English."""
    chosen = os.environ.get("RAG_UI_LANGUAGE", "auto")
    if chosen in {"ar", "en"}:
        return "ar" if chosen == "ar" else "en"
    spoken = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "ar" if spoken.startswith("ar") else "en"


def tell(text: str, *, end: str = "\n", file: TextIO | None = None, flush: bool = False) -> None:
    """Print `text`, of which nothing that a document or a file name holds is obeyed by the terminal."""
    print(printable(text), end=end, file=file, flush=flush)


class Terminal:
    """Prints results and progress in one language."""

    def __init__(self) -> None:
        self.language = terminal_language()

    def say(self, word: str, spoken: Language | None = None, /, **values: Any) -> str:
        """A text of the table, filled in; in the terminal's language unless another is named."""
        english, arabic = WORDS[word]
        return (arabic if (spoken or self.language) == "ar" else english).format(**values)

    # Progress, on standard error

    @contextmanager
    def preparing(self) -> Iterator[Callable[[str, float], None]]:
        """Progress of preparing the embedding model; silent where it is ready."""
        with self._bar() as bar:

            def show(stage: str, fraction: float) -> None:
                if stage != "ready":
                    bar(f"{self.say('preparing')} {stage}", fraction)

            yield show

    @contextmanager
    def syncing(self) -> Iterator[Callable[[SyncProgress], None]]:
        """Progress of a sync: files, rate and remaining time."""
        with self._bar() as bar:

            def show(progress: SyncProgress) -> None:
                name = progress.current.rsplit("/", 1)[-1]
                text = self.say(
                    "syncing",
                    files=progress.files,
                    total=progress.total_files,
                    pace=self._pace(progress),
                    name=name,
                )
                bar(text, progress.done)

            yield show

    def _pace(self, progress: SyncProgress) -> str:
        rate, left = progress.passages_per_second, progress.remaining_seconds
        return (self.say("rate", rate=rate) if rate else "") + (
            self.say("left", left=_clock(left)) if left is not None and progress.done < 1 else ""
        )

    @contextmanager
    def _bar(self) -> Iterator[Callable[[str, float], None]]:
        """A bar where a person watches, a line every tenth elsewhere. Nothing is drawn before the first call."""
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        console = Console(stderr=True)
        columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeRemainingColumn())
        progress = Progress(*columns, console=console, transient=True)
        task: list[Any] = []
        tenths = [-1]

        def show(text: str, fraction: float) -> None:
            if not console.is_terminal:
                if int(fraction * 10) > tenths[0]:
                    tenths[0] = int(fraction * 10)
                    tell(f"{text} ({fraction:.0%})", file=sys.stderr, flush=True)
                return
            if not task:
                progress.start()
                task.append(progress.add_task(printable(text), total=1.0))
            progress.update(task[0], description=printable(text), completed=fraction)

        try:
            yield show
        finally:
            if task:
                progress.stop()

    # Results, on standard output

    @contextmanager
    def writing(self) -> Iterator[Callable[[str], None]]:
        """The answer as it is written: only a person at a terminal sees it before it is checked."""
        live = sys.stdout.isatty()
        wrote = False

        def write(text: str) -> None:
            nonlocal wrote
            wrote = True
            if live:
                tell(text, end="", flush=True)

        yield write
        if live and wrote:
            tell("\n" + "─" * 20)

    def answer(self, answer: Answer) -> None:
        """An answer with its claims' states, conflicts and sources, in the language of the question."""
        from rag.conversation import NO_ENGINE

        language = answer.language
        tell(answer.text)
        for claim in answer.claims:
            if claim.status != "supported":
                tell(f"  ⚠ {self.say(claim.status, language)}: {_shorten(claim.text)}")
        for conflict in answer.conflicts:
            values = self.say("versus", language).join(
                value.value + " " + "".join(f"[{n}]" for n in value.citations) for value in conflict.values
            )
            tell(f"\n⚠ {self.say('conflict', language, about=conflict.about, values=values)}")
        if answer.citations:
            tell(f"\n{self.say('sources', language)}")
            for citation in answer.citations:
                self._citation(citation, language)
        if answer.nearest:
            tell(f"\n{self.say('nearest', language)}")
            for hit in answer.nearest:
                passage = hit.passage
                where = self._where(passage.source, passage.page, language, ocr=passage.ocr)
                tell(f"  • {where}: {_shorten(hit.best_sentence.text)}")
        if answer.notice:
            tell(f"\n{answer.notice}")
        if answer.engine != NO_ENGINE:
            tell(f"\n{self.say('answered_by', language, engine=answer.engine)}")

    def _citation(self, citation: Citation, language: Language) -> None:
        where = self._where(citation.source, citation.page, language, ocr=citation.ocr)
        tell(f"  [{citation.n}] {citation.title} — {where} ({citation.start}–{citation.end})")
        tell(f"      {_shorten(citation.quote)}")
        if citation.also_in:
            others = ", ".join(place.source for place in citation.also_in)
            tell(f"      {self.say('also_in', language, others=others)}")

    def _where(self, source: str, page: int | None, language: Language, *, ocr: bool) -> str:
        """A source, the page of it, and how that was read."""
        named = [source]
        if page is not None:
            named.append(location(source, page, language))
        if ocr:
            named.append(self.say("ocr", language))
        return self.say("comma", language).join(named)

    def hits(self, retrieval: Retrieval) -> None:
        """Search results."""
        for number, hit in enumerate(retrieval.hits, start=1):
            passage = hit.passage
            where = self._where(passage.source, passage.page, retrieval.language, ocr=passage.ocr)
            tell(f"{number}. {passage.title} — {where}  {hit.score:.3f}")
            tell(f"   {_shorten(hit.best_sentence.text)}")
            if hit.also_in:
                others = ", ".join(place.source for place in hit.also_in)
                tell(f"   {self.say('also_in', retrieval.language, others=others)}")

    def sources(self, sources: Sequence[SourceInfo]) -> None:
        """The list of sources."""
        if not sources:
            tell(self.say("empty"))
        for source in sources:
            tell(f"{source.source}  [{source.language}]  {source.title}")
            size = self.say("source_size", characters=source.characters, passages=source.passages)
            tell(f"    {self.say('comma').join([size, *self._read_by_ocr(source)])}")
            if len(source.paths) > 1:
                tell(f"    {self.say('also_in', others=', '.join(source.paths[1:]))}")

    def _read_by_ocr(self, source: SourceInfo) -> Iterator[str]:
        if source.ocr_pages == source.pages == 1:
            yield self.say("ocr")
        elif source.ocr_pages:
            yield self.say("ocr_pages", read=source.ocr_pages, total=source.pages)

    def chats(self, chats: Sequence[ChatInfo]) -> None:
        """The list of chats."""
        if not chats:
            tell(self.say("no_chats"))
        for chat in chats:
            tell(f"{chat.id}  {chat.title}")
            tell(
                f"    {self.say('chat_size', messages=chat.messages, at=chat.updated_at[:16].replace('T', ' '))}"
            )

    def kept(self, chat_id: str) -> None:
        """Where an answer was kept."""
        tell(self.say("kept", chat=chat_id))

    def report(self, report: SyncReport) -> None:
        """What a sync did."""
        counts = {
            name: len(getattr(report, name))
            for name in ("added", "updated", "unchanged", "removed", "failed")
        }
        tell(self.say("synced", seconds=report.seconds, **counts))
        also = [
            self.say(name, count=len(pairs))
            for name, pairs in (("moved", report.moved), ("duplicates", report.duplicates))
            if pairs
        ]
        if also:
            tell("  " + self.say("comma").join(also))
        self.failures(report.failed)

    def preview(self, report: SyncReport) -> None:
        """What a sync would do, name by name; what would stay as it is, only as a number."""
        tell(self.say("preview"))
        signs = (("+", report.added), ("~", report.updated), ("-", report.removed))
        for sign, names in signs:
            for name in names:
                tell(f"{sign} {name}")
        for former, present in report.moved:
            tell(f"> {former} → {present}")
        for path, source in report.duplicates:
            tell(f"= {path} = {source}")
        self.report(report)

    def watching(self) -> None:
        """A sync is done, and the next one waits for changes."""
        tell(self.say("watching"), file=sys.stderr, flush=True)

    def failures(self, failures: Sequence[Failure]) -> None:
        """Files that could not be indexed, each kind with its reason."""
        for told in sum_up(failures, self.language):
            self.complain(told.sentence)
            if told.others:
                named = self.say("comma").join(told.named)
                tell(f"    {self.say('others', count=len(told.others), named=named)}", file=sys.stderr)

    def removed(self, sources: Sequence[str]) -> None:
        """What was taken out."""
        for source in sources:
            tell(self.say("removed", source=source))

    def erasing(self, sources: Sequence[str], answers: int) -> str:
        """The question before anything is erased."""
        return self.say("ask_erase", sources=", ".join(sources), answers=answers)

    def erased(self, sources: Sequence[str], answers: int) -> None:
        """What is gone for good."""
        for source in sources:
            tell(self.say("erased", source=source))
        if answers:
            tell(self.say("erased_answers", answers=answers))

    def nothing_erased(self) -> None:
        """The question was answered with no."""
        tell(self.say("nothing_erased"))

    def rebuilt(self, passages: int) -> None:
        """A rebuild is done."""
        tell(self.say("rebuilt", passages=passages))

    def findings(self, findings: Sequence[Finding]) -> None:
        """The doctor's list."""
        for finding in findings:
            text, step = (
                (finding.ar, finding.step_ar) if self.language == "ar" else (finding.en, finding.step_en)
            )
            tell(f"{_STATE_MARK[finding.state]} {text}")
            if step:
                tell(f"    → {step}")

    def serving(self, address: str) -> None:
        """The page can be opened."""
        tell(self.say("serving", address=address), flush=True)

    def error(self, error: RagError) -> None:
        """One sentence with the next step."""
        self.complain(error.message(self.language))

    def complain(self, sentence: str) -> None:
        """What is wrong."""
        tell(f"✗ {sentence}", file=sys.stderr)

    def interrupted(self) -> None:
        """Ctrl-C."""
        tell(f"\n{self.say('interrupted')}", file=sys.stderr)


def _shorten(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _QUOTE_WIDTH else line[: _QUOTE_WIDTH - 1].rsplit(" ", 1)[0] + "…"


def _clock(seconds: float) -> str:
    """Hours, minutes and seconds as a clock shows them."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
