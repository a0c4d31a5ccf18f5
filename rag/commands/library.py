"""What a command is, and what it works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol, TypeVar

from rag.assistant import Assistant
from rag.errors import LibraryError, LibraryMismatchError
from rag.index import Index
from rag.pipeline import make_assistant
from rag.retrieve import Reranker
from rag.schema import Embedder
from rag.settings import Settings

# Settings that the passages and vectors of an open library are made with: a command cannot bring others.
MADE_WITH = ("embedding_model", "passage_tokens", "overlap_sentences", "chroma_url")

Item = TypeVar("Item")
Result = TypeVar("Result")
ItemGiven = TypeVar("ItemGiven", covariant=True)
ResultGiven = TypeVar("ResultGiven", covariant=True)


@dataclass(frozen=True, slots=True)
class OpenLibrary:
    """An open library, and the settings under which something is done with it. `rerankers` are those that were used,
    by name: loading one takes seconds."""

    settings: Settings
    index: Index
    embedder: Embedder
    rerankers: dict[str, Reranker | None] = field(default_factory=dict)

    def assistant(self) -> Assistant:
        """What answers under these settings. Raises ModelError where a model was asked for by name and is not there."""
        made = make_assistant(self.settings, self.index, self.embedder)
        return replace(made, reranker=self.rerankers.setdefault(self.settings.reranker, made.reranker))

    def under(self, settings: Settings) -> OpenLibrary:
        """The same library under other settings. Raises LibraryMismatchError where it was not made with them."""
        for name in MADE_WITH:
            own, other = getattr(self.settings, name), getattr(settings, name)
            if own != other:
                raise _made_otherwise(f"RAG_{name.upper()}", own, other)
        return replace(self, settings=settings)


class EndingError(LibraryError):
    """The server ends before a command is done."""


class Command(Protocol[ItemGiven, ResultGiven]):
    """Something to be done with the library. Its fields are its arguments, of types that JSON can carry."""

    def run(self, library: OpenLibrary, tell: Callable[[ItemGiven], None], /) -> ResultGiven:
        """Do it, telling how far it has come. Where `tell` raises, nobody waits for the result any more: what was
        begun is ended cleanly."""


def ignore(_: object) -> None:
    """For those who only want the result."""


class Run(Protocol):
    """Does commands, wherever the library is open. Raises RagError as they do."""

    def __call__(self, command: Command[Item, Result], tell: Callable[[Item], None] = ignore, /) -> Result:
        """What comes of the command."""


def _made_otherwise(name: str, own: object, other: object) -> LibraryMismatchError:
    return LibraryMismatchError(
        en=f"`rag serve` has the library open with {name}={own}, and this command says {name}={other}. Leave that "
        "setting out, or stop the server and run `rag rebuild` with it.",
        ar=f"فتح `rag serve` المكتبة بالإعداد {name}={own}، وهذا الأمر يقول {name}={other}. احذف هذا الإعداد، "
        "أو أوقف الخادم ثم شغّل `rag rebuild` به.",
    )
