"""The questions of one browser tab, each from asked to over. Nothing here knows Gradio.

Gradio runs a tab's handlers in several threads: a stop comes while an answer is being written.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from threading import Lock

from rag.ui.render import error_html, stopped_html
from rag.ui.turn import Answers, View, stream_turn, well_formed


@dataclass(slots=True)
class Turn:
    """A question and what is shown of it. Once it is over, its view stands."""

    name: str
    question: str
    view: View = field(default_factory=lambda: View(""))
    _taken: bool = False
    _over: bool = False
    _lock: Lock = field(default_factory=Lock)

    @property
    def over(self) -> bool:
        """Whether it was answered, stopped, or given up."""
        return self._over

    def take(self) -> bool:
        """True for the one caller who answers it."""
        with self._lock:
            taken, self._taken = self._taken, True
            return not taken

    def show(self, view: View) -> bool:
        """Show `view`; False where the turn was over already."""
        with self._lock:
            if not self._over:
                self.view = view
                return True
            return False

    def close(self, view: View | None = None) -> bool:
        """Over, with `view` as the last, if any; False where it was over already."""
        with self._lock:
            if self._over:
                return False
            self._over = self._taken = True
            self.view = view or self.view
            return True


@dataclass(slots=True)
class Conversation:
    """The questions of one tab: `past` as finished HTML, and the newest."""

    past: list[str] = field(default_factory=list)
    turn: Turn | None = None

    @property
    def busy(self) -> bool:
        """Whether a question is being answered."""
        return self.turn is not None and not self.turn.over

    def begin(self, question: str) -> Turn | None:
        """The turn of a new question; None for an empty one, or while another is being answered."""
        question = well_formed(question).strip()
        if not question or self.busy:
            return None
        if self.turn:
            self.past.append(self.turn.view.card)
        self.turn = Turn(f"t{len(self.past) + 1}", question)
        return self.turn

    def answer(self, assistant: Answers) -> Iterator[View]:
        """The views of the newest turn, once, for as long as it is not over. Closing the iterator stops the model."""
        turn = self.turn
        if turn is None or not turn.take():
            return
        try:
            with closing(stream_turn(assistant, turn.question, turn.name)) as views:
                for view in views:
                    if not turn.show(view):
                        return
                    yield view
        finally:
            turn.close(None if turn.view.finished else _failed(turn))

    def stop(self) -> View | None:
        """The newest turn as it stands, stopped; None where it was over already."""
        turn = self.turn
        if turn is None:
            return None
        view = View(stopped_html(turn.name, turn.question, turn.view.written), finished=True)
        return view if turn.close(view) else None


def _failed(turn: Turn) -> View:
    """What is left of a turn that ended without an answer: a fault of the product, or a tab that was closed."""
    return View(error_html(turn.name, turn.question, None, turn.view.written), finished=True)
