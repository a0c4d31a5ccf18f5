"""One question, from its first event to its finished HTML. Nothing here knows Gradio."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Generator
from contextlib import closing
from dataclasses import dataclass
from typing import Protocol

from rag.errors import RagError
from rag.generate import ChatEngine
from rag.index import Chats, Outlines
from rag.schema import Answer, Event, SourceInfo, SourcesFound, TextDelta
from rag.ui.answer_actions import Kept
from rag.ui.excerpt import PageText, citation_excerpt, hit_excerpt
from rag.ui.markup import plain
from rag.ui.render import answer_html, error_html, found_html, progress_html

# Text is shown at most this often: 12 times a second reads as continuous, and a model that writes 50 tokens a
# second would otherwise have the page redrawn for each.
SECONDS_BETWEEN_UPDATES = 1 / 12


class Keeps(Protocol):
    """What the page needs of an index."""

    @property
    def chats(self) -> Chats:
        """The chats that are kept."""

    @property
    def outlines(self) -> Outlines:
        """What sources are made of."""


class Answers(Protocol):
    """What the page needs of an assistant."""

    @property
    def engine(self) -> ChatEngine | None:
        """The chat model, if there is one."""

    @property
    def engine_name(self) -> str:
        """What answers, for people."""

    @property
    def index(self) -> Keeps:
        """Where chats and sources are kept."""

    def events(self, question: str, *, among: Collection[str] | None = None) -> Generator[Event]:
        """SourcesFound, TextDelta…, AnswerReady, of all sources or `among` some. Raises RagError; closing it stops the
        model."""

    def sources(self) -> list[SourceInfo]:
        """What is indexed."""

    def page_text(self, source: str, page: int | None) -> str:
        """The original text of a page. Raises RagError where it is gone."""


@dataclass(frozen=True, slots=True)
class View:
    """What the page shows of a turn: `card` above, the `text` written so far, the passages `below`.

    While an answer is written, each `text` is the one before with more at its end, so that Gradio sends and draws
    only what is new. `written` is that text before it became HTML. A `finished` turn is all in its card.
    """

    card: str
    text: str = ""
    below: str = ""
    written: str = ""
    finished: bool = False


def stream_turn(
    events: Generator[Event],
    question: str,
    turn: str,
    *,
    page_text: PageText,
    searched: Callable[[], str],
    kept: Callable[[], Kept | None] = lambda: None,
    asked: str | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Generator[View, None, None]:
    """The views of one question, the last of them finished. Closing the iterator closes `events`. `searched` is the
    question that was searched for, once sources were found; `kept` is where the answer is, once there is one, and
    `asked` names the question until then."""
    view = View(progress_html(turn, question, "searching"))
    yield view
    shown_at = float("-inf")
    written = ""
    try:
        with closing(events):
            for event in events:
                if isinstance(event, SourcesFound):
                    understood = searched() if searched() != question else ""
                    view = View(
                        progress_html(turn, question, "writing", understood),
                        below=found_html(
                            turn,
                            event.hits,
                            [hit_excerpt(hit) for hit in event.hits],
                            left_out=event.left_out,
                            shortened=event.shortened,
                        ),
                    )
                    yield view
                elif isinstance(event, TextDelta):
                    written += event.text
                    if clock() - shown_at >= SECONDS_BETWEEN_UPDATES:
                        shown_at = clock()
                        text = f'<p class="raw" dir="auto">{plain(written)}'
                        view = View(view.card, text, view.below, written)
                        yield view
                else:
                    card = finished_html(turn, question, event.answer, page_text, kept())
                    yield View(card, finished=True)
    except RagError as error:
        yield View(error_html(turn, question, error, written, asked), finished=True)


def finished_html(
    turn: str, question: str, answer: Answer, page_text: PageText, kept: Kept | None = None
) -> str:
    """An answer with every source in its page, and what can be done with it where it is `kept`."""
    if answer.refused:
        excerpts = [hit_excerpt(hit) for hit in answer.nearest]
    else:
        excerpts = [citation_excerpt(citation, page_text) for citation in answer.citations]
    return answer_html(turn, question, answer, excerpts, kept)


def well_formed(question: str) -> str:
    r"""`question` without lone surrogates, which JSON can carry (\ud800) and no encoding can: each becomes U+FFFD."""
    return question.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
