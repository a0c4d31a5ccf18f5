"""`rag batch`: a file of questions → a file of answers with their sources."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rag.cli_asking import Corpus, Lang, Llm, Questions, Workers, asking, page_language
from rag.cli_common import Home
from rag.settings import load_settings
from rag.terminal_eval import EvalTerminal


def batch_command(
    questions: Questions,
    out: Annotated[
        Path,
        typer.Option("--out", help="File for the answers: .jsonl, .csv or .md. A stopped batch goes on."),
    ],
    corpus: Corpus = None,
    llm: Llm = None,
    workers: Workers = 1,
    lang: Lang = None,
    home: Home = None,
) -> None:
    """Answer every question of a file, every sentence with its source, and write the answers to a file."""
    from rag.evaluate import evaluate_assistant
    from rag.evaluate.batch import answer_batch, rows_folder

    terminal = EvalTerminal()
    beside = out.with_name(out.name + ".library")
    settings = load_settings(home=home or (beside if corpus else None), llm=llm)

    def run(folder: Path) -> None:
        with (
            asking(settings, terminal, "rag batch", corpus) as assistant,
            terminal.counting() as counted,
        ):
            evaluate_assistant(
                questions,
                assistant=assistant,
                settings=settings,
                out=folder,
                workers=workers,
                on_progress=counted,
            )

    batch = answer_batch(out, run, language=page_language(lang, terminal))
    terminal.batch(batch)
    if batch.failed:
        terminal.written(rows_folder(out))
        raise typer.Exit(1)
