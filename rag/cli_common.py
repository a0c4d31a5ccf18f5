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
    from rag.index import Index
    from rag.schema import Embedder

Home = Annotated[Path | None, typer.Option("--home", help="Data folder (RAG_HOME).")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]


@contextmanager
def open_library(
    settings: Settings, terminal: Terminal, command: str, address: str = ""
) -> Iterator[tuple[Index, Embedder]]:
    """(index, embedder), the data folder owned for the time of the command."""
    from rag.pipeline import open_index

    embedder = prepare_embedder(settings, terminal)
    with open_index(settings, embedder, command=command, address=address) as index:
        yield index, embedder


def prepare_embedder(settings: Settings, terminal: Terminal) -> Embedder:
    """The configured embedder, with the progress of preparing it."""
    from rag.pipeline import make_embedder

    with terminal.preparing() as progress:
        return make_embedder(settings, progress)


def print_json(value: dict[str, Any]) -> None:
    """A result for scripts."""
    print(json.dumps(value, ensure_ascii=False, indent=2))
