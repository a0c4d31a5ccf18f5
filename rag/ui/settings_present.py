"""The assistant of the present settings: one for page and API, changed under both when the settings are."""

from __future__ import annotations

from collections.abc import Collection, Generator
from threading import Lock

from rag.assistant import Assistant
from rag.choices import Choices, Decided, decide, read_choices, write_choices
from rag.commands import OpenLibrary
from rag.errors import ModelError
from rag.generate import ChatEngine
from rag.index import Index
from rag.schema import Answer, Event, Retrieval, SourceInfo
from rag.settings import Settings

# The choices of a model: where it is not there, the others hold all the same.
_OF_THE_MODEL = ("llm", "llm_url")


class Present:
    """Satisfies `rag.api.routes.Serves` with the assistant that the choices of the page ask for. Safe to use from
    several threads; a question goes on with the assistant it began with.

    Where the model is not there, searching and reading work all the same, questions raise ModelError, and each of them
    looks anew.
    """

    def __init__(self, library: OpenLibrary, given: Collection[str] = ()) -> None:
        """`library` has the settings that hold without a choice, of which the command line has `given` those of these
        names. Raises SettingsError."""
        self._own, self._given = library.settings, frozenset(given)
        self._decided = decide(self._own, read_choices(self._own.home), self._given)
        self._library = library.under(self._decided.settings)
        self._assistant: Assistant | None = None
        self._making = Lock()
        self._changing = Lock()

    @property
    def decided(self) -> Decided:
        """The settings as they are."""
        return self._decided

    @property
    def library(self) -> OpenLibrary:
        """The open library under these settings."""
        return self._library

    def assistant(self) -> Assistant:
        """What answers now. Raises ModelError where the model that was chosen is not there."""
        with self._making:
            if self._assistant is None:
                self._assistant = self._library.assistant()
            return self._assistant

    def choose(self, chosen: Choices) -> None:
        """Go by these choices from the next question on. Raises SettingsError, and ModelError where another model is
        chosen that is not there: then everything stays as it was."""
        with self._changing:
            decided = decide(self._own, chosen, self._given)
            library = self._library.under(decided.settings)
            before, after = self._decided.settings, decided.settings
            assistant: Assistant | None = None
            try:
                assistant = library.assistant()
            except ModelError:
                if any(getattr(before, name) != getattr(after, name) for name in _OF_THE_MODEL):
                    raise
            write_choices(self._own.home, decided.chosen)
            with self._making:
                self._decided, self._library, self._assistant = decided, library, assistant

    def under(self, chosen: Choices) -> Settings:
        """The settings that these choices would make. Raises SettingsError."""
        return decide(self._own, chosen, self._given).settings

    @property
    def engine(self) -> ChatEngine | None:
        """See `Answers`."""
        try:
            return self.assistant().engine
        except ModelError:
            return None  # the question itself will say so

    @property
    def engine_name(self) -> str:
        """See `Answers`."""
        assistant = self._assistant
        return assistant.engine_name if assistant else self._library.settings.llm

    @property
    def index(self) -> Index:
        """See `Answers`."""
        return self._library.index

    def events(self, question: str, *, among: Collection[str] | None = None) -> Generator[Event]:
        """See `Answers`."""
        yield from self.assistant().events(question, among=among)

    def ask(self, question: str, *, among: Collection[str] | None = None) -> Answer:
        """See `Serves`."""
        return self.assistant().ask(question, among=among)

    def search(self, question: str, k: int, *, among: Collection[str] | None = None) -> Retrieval:
        """See `Serves`."""
        return self.assistant().search(question, k, among=among)

    def sources(self) -> list[SourceInfo]:
        """See `Answers`."""
        return self.index.sources()

    def page_text(self, source: str, page: int | None) -> str:
        """See `Answers`."""
        return self.index.page_text(source, page)
