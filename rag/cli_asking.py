"""What `rag eval` and `rag batch` share: options, and an assistant over the corpus that is asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.cli_common import open_library
from rag.settings import Settings
from rag.terminal_eval import EvalTerminal

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.schema import Language


class PageLanguage(StrEnum):
    """A language that pages are written in."""

    ARABIC = "ar"
    ENGLISH = "en"


Questions = Annotated[Path, typer.Argument(help="JSON Lines or CSV; only a `question` column is required.")]
Corpus = Annotated[
    list[Path] | None,
    typer.Option(
        "--corpus",
        help="Ask this file or folder, indexed in a library of its own beside the results; repeatable. "
        "Without it the library of --home is asked.",
    ),
]
Llm = Annotated[
    str | None, typer.Option("--llm", help="auto, extractive, ollama:<model> or openai:<model> (RAG_LLM).")
]
Workers = Annotated[
    int,
    typer.Option(
        "--workers", min=1, max=64, help="Questions to ask at a time, where the model's server allows."
    ),
]
Lang = Annotated[
    PageLanguage | None, typer.Option("--lang", help="Language of pages and headings; else the terminal's.")
]


@contextmanager
def asking(
    settings: Settings, terminal: EvalTerminal, command: str, corpus: Sequence[Path] | None
) -> Iterator[Assistant]:
    """An assistant over the library of `settings`, which holds `corpus` now where one is given."""
    from rag.pipeline import make_assistant, sync_paths

    with open_library(settings, terminal, command) as (index, embedder):
        if corpus:
            with terminal.syncing() as progress:
                report = sync_paths(settings, index, embedder, corpus, progress)
            terminal.failures(report.failed)
        yield make_assistant(settings, index, embedder)


def page_language(chosen: PageLanguage | None, terminal: EvalTerminal) -> Language:
    if chosen is None:
        return terminal.language
    return "ar" if chosen is PageLanguage.ARABIC else "en"
