"""What the commands of `rag` share: options, the open library, and JSON on standard output."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rag.settings import Settings
from rag.terminal import Terminal

if TYPE_CHECKING:
    from rag.commands import Run
    from rag.index import Index
    from rag.schema import Embedder

Home = Annotated[Path | None, typer.Option("--home", help="Data folder (RAG_HOME).")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]


@contextmanager
def reach_library(settings: Settings, terminal: Terminal, command: str) -> Iterator[Run]:
    """What does things with the library: opened for the time of the command, or through the `rag serve` that has it."""
    from rag import commands

    def embedder() -> Embedder:
        return prepare_embedder(settings, terminal)

    with commands.reach_library(settings, command=command, embedder=embedder) as run:
        yield run


@contextmanager
def open_library(settings: Settings, terminal: Terminal, command: str) -> Iterator[tuple[Index, Embedder]]:
    """(index, embedder), the data folder owned for the time of the command, by this process. Raises LibraryInUseError
    before the model is loaded, which takes a while."""
    from rag.pipeline import open_index

    check_free(settings)
    embedder = prepare_embedder(settings, terminal)
    with open_index(settings, embedder, command=command) as index:
        yield index, embedder


def check_free(settings: Settings) -> None:
    """Raise LibraryInUseError where another process has the library."""
    from rag.index import in_use

    busy = in_use(settings.home, patient=True)
    if busy:
        raise busy


def prepare_embedder(settings: Settings, terminal: Terminal) -> Embedder:
    """The configured embedder, with the progress of preparing it."""
    from rag.pipeline import make_embedder

    with terminal.preparing() as progress:
        return make_embedder(settings, progress)


def print_json(value: dict[str, Any]) -> None:
    """A result for scripts."""
    print(json.dumps(value, ensure_ascii=False, indent=2))
