"""An assistant that says what it is told to, and remembers what was done to it."""

from __future__ import annotations

import asyncio
import threading
import weakref
from collections.abc import Collection, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from rag.errors import LibraryError, RagError
from rag.index import Chats, Outline, SourceStat
from rag.index.database import connect
from rag.schema import (
    Answer,
    AnswerReady,
    Citation,
    Claim,
    ClaimStatus,
    Conflict,
    Event,
    Hit,
    Language,
    Passage,
    Place,
    RefusalReason,
    Retrieval,
    ScoredSentence,
    Sentence,
    SourceInfo,
    SourcesFound,
    TextDelta,
)
from rag.ui.excerpt import PageText
from rag.ui.tab import Tab
from rag.ui.turn import View

# A step that nobody releases goes on after this, so that a test that failed still ends.
GATE_SECONDS = 10

PAGE = "Opening words. The bridge is 81 metres long. It was opened in 1932.\nClosing words."
QUOTE = "The bridge is 81 metres long."
START = PAGE.index(QUOTE)


def make_citation(
    n: int = 1,
    *,
    source: str = "bridges.txt",
    title: str = "Bridges of the valley",
    page: int | None = None,
    start: int = START,
    quote: str = QUOTE,
    also_in: tuple[Place, ...] = (),
) -> Citation:
    return Citation(n, source, title, page, start, start + len(quote), quote, also_in)


def make_claim(
    text: str = "The bridge is 81 metres long.",
    status: ClaimStatus = "supported",
    citations: Sequence[int] = (1,),
) -> Claim:
    return Claim(text, status, tuple(citations))


def make_answer(
    question: str = "How long is the bridge?",
    *,
    language: Language = "en",
    engine: str = "extractive",
    claims: Sequence[Claim] = (make_claim(),),
    citations: Sequence[Citation] = (make_citation(),),
    conflicts: Sequence[Conflict] = (),
    notice: str = "",
) -> Answer:
    text = " ".join(claim.text + "".join(f"[{n}]" for n in claim.citations) for claim in claims)
    return Answer(
        question=question,
        language=language,
        engine=engine,
        text=text,
        refused=False,
        reason=None,
        claims=tuple(claims),
        citations=tuple(citations),
        conflicts=tuple(conflicts),
        nearest=(),
        answerability=0.9,
        timings={"total": 0.42},
        notice=notice,
    )


def make_refusal(
    reason: RefusalReason = "not_answered", *, engine: str = "extractive", hits: Sequence[Hit] = ()
) -> Answer:
    return Answer(
        question="Who painted the bridge?",
        language="en",
        engine=engine,
        text="The documents do not answer this question.",
        refused=True,
        reason=reason,
        claims=(),
        citations=(),
        conflicts=(),
        nearest=tuple(hits),
        answerability=0.1,
    )


def make_hit(
    *, page_text: str = PAGE, quote: str = QUOTE, source: str = "bridges.txt", title: str = "Bridges"
) -> Hit:
    start = page_text.index(quote)
    sentence = Sentence(start, start + len(quote), quote)
    passage = Passage("p1", source, title, "", None, 0, len(page_text), page_text, "en", (sentence,))
    return Hit(passage, 0.9, 0.9, 0.9, (ScoredSentence(sentence, 0.9),), 0)


def always(text: str) -> PageText:
    """Every page of every source reads `text`."""
    return lambda *_: text


def memory_chats() -> Chats:
    """Chats in a library of their own that is nowhere on disk."""
    connection = connect(Path(":memory:"))
    lock = threading.RLock()

    @contextmanager
    def door() -> Iterator[None]:
        with lock:
            yield

    chats = Chats(connection, door)
    weakref.finalize(chats, connection.close)
    return chats


@dataclass
class FakeOutlines:
    """The outlines of sources by the texts of their pages."""

    pages: dict[tuple[str, int | None], str]

    def of(self, source: str) -> Outline:
        numbers = tuple(number for name, number in self.pages if name == source)
        if not numbers:
            raise LibraryError(en=f"{source} is gone.", ar=f"لم يعد {source} موجودًا.")
        stat = SourceStat(sha256="", size=0, mtime_ns=0, origin=source)
        return Outline(source, f"Title of {source}", "text/plain", numbers, frozenset(), stat)


@dataclass
class FakeIndex:
    """What the page needs of an index."""

    chats: Chats = field(default_factory=memory_chats)
    outlines: FakeOutlines = field(default_factory=lambda: FakeOutlines({}))


@dataclass
class FakeAssistant:
    """Plays `script` for every question, whose answer it then is; an error in it is raised at its place. With `gate`
    set, each step waits for one release of it. `closed` is set once an iterator was closed or ran out."""

    script: Sequence[Event | RagError] = ()
    pages: dict[tuple[str, int | None], str] = field(default_factory=lambda: {("bridges.txt", None): PAGE})
    gate: threading.Semaphore | None = None
    engine_name: str = "extractive"
    engine: None = None
    index: FakeIndex = field(default_factory=FakeIndex)
    questions: list[str] = field(default_factory=list)
    among: list[Collection[str] | None] = field(default_factory=list)
    closed: threading.Event = field(default_factory=threading.Event)
    library: Sequence[SourceInfo] = (
        SourceInfo(
            "bridges.txt", "Bridges", "en", "text/plain", 1, 2, len(PAGE), "0" * 64, "2026-01-01T00:00:00Z"
        ),
    )

    def __post_init__(self) -> None:
        self.index.outlines = FakeOutlines(self.pages)

    def events(self, question: str, *, among: Collection[str] | None = None) -> Generator[Event]:
        self.questions.append(question)
        self.among.append(among)
        try:
            for step in self.script:
                if self.gate:
                    self.gate.acquire(timeout=GATE_SECONDS)
                if isinstance(step, RagError):
                    raise step
                if isinstance(step, AnswerReady):
                    step = AnswerReady(replace(step.answer, question=question))
                yield step
        finally:
            self.closed.set()

    def ask(self, question: str, *, among: Collection[str] | None = None) -> Answer:
        events = self.events(question, among=among)
        return next(event.answer for event in events if isinstance(event, AnswerReady))

    def search(self, question: str, k: int, *, among: Collection[str] | None = None) -> Retrieval:
        self.questions.append(question)
        self.among.append(among)
        return Retrieval(question, "en", (make_hit(),) * k, 0.9)

    def sources(self) -> list[SourceInfo]:
        return list(self.library)

    def page_text(self, source: str, page: int | None) -> str:
        try:
            return self.pages[source, page]
        except KeyError:
            raise LibraryError(en=f"{source} is gone.", ar=f"لم يعد {source} موجودًا.") from None


def answering(answer: Answer, *deltas: str, hits: Sequence[Hit] | None = None) -> list[Event | RagError]:
    """The script of one answer."""
    found = SourcesFound(tuple([make_hit()] if hits is None else hits), answer.engine)
    return [found, *(TextDelta(delta) for delta in deltas or (answer.text,)), AnswerReady(answer)]


def followed(tab: Tab) -> list[View]:
    """What a tab shows of its newest question, until it is over."""

    async def look_on() -> list[View]:
        return [view async for view in tab.follow()]

    # In a thread of its own: Playwright has a loop running in the tests'.
    with ThreadPoolExecutor(1) as other:
        return other.submit(lambda: asyncio.run(look_on())).result()
