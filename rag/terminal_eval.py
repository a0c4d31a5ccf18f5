"""What `rag eval` and `rag batch` print for people."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from rag.terminal import Terminal, tell

if TYPE_CHECKING:
    from rag.evaluate import Comparison, FailedLimit, Progress, Report, Sweep
    from rag.evaluate.batch import Batch
    from rag.evaluate.catalogue import ReadySet
    from rag.evaluate.fetch import Fetched
    from rag.evaluate.making import Proposal

Choice = Literal["yes", "no", "leave"]

_MEGABYTE = 1_000_000
# What a person may type, in either language.
_TYPED: dict[Choice, Collection[str]] = {
    "yes": {"y", "yes", "ن", "نعم"},
    "no": {"n", "no", "ل", "لا"},
    "leave": {"q", "quit", "خ", "خروج"},
}


class EvalTerminal(Terminal):
    """Prints runs, comparisons and question sets in one language."""

    @contextmanager
    def counting(self) -> Iterator[Callable[[Progress], None]]:
        """Progress of a run."""
        with self._bar() as bar:

            def show(run: Progress) -> None:
                bar(self.say("asked", done=run.done, total=run.total), run.done / max(run.total, 1))

            yield show

    @contextmanager
    def downloading(self) -> Iterator[Callable[[str, float], None]]:
        """Progress of a download."""
        with self._bar() as bar:
            yield lambda name, fraction: bar(self.say("downloading", name=name), fraction)

    def evaluation(self, report: Report) -> None:
        """The table of a run."""
        from rich.console import Console

        from rag.evaluate import report_table

        Console().print(report_table(report, self.language))

    def comparison(self, comparison: Comparison) -> None:
        """The tables of a comparison: the differences, and the questions that changed."""
        from rich.console import Console

        from rag.evaluate import comparison_table, flips_table

        Console().print(comparison_table(comparison, self.language))
        if comparison.flips:
            Console().print(flips_table(comparison, self.language))

    def swept(self, sweep: Sweep) -> None:
        """The table of a sweep."""
        from rich.console import Console

        from rag.evaluate import sweep_table

        Console().print(sweep_table(sweep, self.language))

    def limits(self, failed: Sequence[FailedLimit]) -> None:
        """The limits that do not hold."""
        for limit in failed:
            self.complain(limit.ar if self.language == "ar" else limit.en)

    def written(self, path: Path) -> None:
        """Where the results are."""
        tell(self.say("written", path=path))

    def batch(self, batch: Batch) -> None:
        """What a batch wrote."""
        tell(
            self.say(
                "batch",
                questions=batch.questions,
                refused=batch.refused,
                failed=batch.failed,
                path=batch.path,
            )
        )

    def proposal(self, number: int, proposal: Proposal) -> None:
        """A proposed question with its answer and evidence."""
        tell(f"\n{number}. {proposal.question}")
        tell(f"   {self.say('proposed_answer', proposal.language)} {proposal.answer}")
        tell(f"   {proposal.name}: {' '.join(proposal.quote.split())}")

    def keep(self) -> Choice:
        """Whether to keep a proposal: asked until it is answered. The end of input means to leave."""
        while True:
            try:
                typed = input(f"   {self.say('ask_keep')} ").strip().lower()
            except EOFError:
                return "leave"
            for choice, words in _TYPED.items():
                if typed in words:
                    return choice

    def made(self, kept: int, path: Path, corpus: Sequence[Path]) -> None:
        """How many questions were added, and the command that asks them of the documents they are about."""
        tell(self.say("made", kept=kept, path=path))
        if kept:
            tell("    " + shlex.join(["rag", "eval", "run", str(path), *_corpus_options(corpus)]))

    def catalogue(self, sets: Sequence[ReadySet]) -> None:
        """The ready-made sets."""
        for ready in sets:
            size = sum(file.size for file in ready.files) / _MEGABYTE
            tell(f"{ready.name:<10} [{ready.language}]  {ready.title}")
            tell(f"    {self.say('set_facts', questions=ready.questions, licence=ready.licence, size=size)}")
            tell(f"    {ready.homepage}")

    def fetched(self, ready: ReadySet, fetched: Fetched) -> None:
        """A set is ready to be run."""
        tell(
            self.say(
                "fetched",
                title=ready.title,
                questions=fetched.questions,
                passages=fetched.passages,
                licence=ready.licence,
            )
        )
        options = _corpus_options([fetched.corpus_path])
        tell("    " + shlex.join(["rag", "eval", "run", str(fetched.questions_path), *options]))


def _corpus_options(corpus: Sequence[Path]) -> list[str]:
    return [part for path in corpus for part in ("--corpus", str(path))]
