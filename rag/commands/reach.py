"""The library of RAG_HOME, opened here, or where `rag serve` has it open already."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from rag.commands.library import Command, Item, OpenLibrary, Result, Run, ignore
from rag.commands.remote import find_server
from rag.errors import LibraryInUseError
from rag.pipeline import open_index
from rag.schema import Embedder
from rag.settings import Settings


@dataclass(frozen=True, slots=True)
class Here:
    """Does commands, as `Run`, with a library that is open in this process."""

    library: OpenLibrary

    def __call__(self, command: Command[Item, Result], tell: Callable[[Item], None] = ignore, /) -> Result:
        """See `Run`."""
        return command.run(self.library, tell)


@contextmanager
def reach_library(settings: Settings, *, command: str, embedder: Callable[[], Embedder]) -> Iterator[Run]:
    """What does commands with the library until the block ends. `command` tells a second process who has it;
    `embedder` makes the embedding model, where it is needed.

    Raises LibraryInUseError, soon, when another process has the library and takes no commands.
    """
    with ExitStack() as stack:
        yield _reach(stack, settings, command, embedder)


def _reach(stack: ExitStack, settings: Settings, command: str, embedder: Callable[[], Embedder]) -> Run:
    remote = find_server(settings)
    if remote is None:
        model = embedder()
        try:
            index = stack.enter_context(open_index(settings, model, command=command))
        except LibraryInUseError:
            # Somebody was quicker while the model was made.
            remote = find_server(settings)
            if remote is None:
                raise
        else:
            return Here(OpenLibrary(settings, index, model))
    stack.callback(remote.close)
    return remote
