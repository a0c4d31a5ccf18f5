"""`rag eval new` and `rag eval fetch`: question sets, made from your own documents or ready-made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.cli_common import AsJson, Home, open_library, print_json
from rag.errors import DatasetError
from rag.settings import Settings, load_settings
from rag.terminal_eval import EvalTerminal

if TYPE_CHECKING:
    from rag.evaluate.making import Proposal, ReadDocument


def new_command(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="PATH...", help="Documents to ask about; without it those of the library."),
    ] = None,
    out: Annotated[Path, typer.Option("--out", help="Question file to add to.")] = Path("questions.jsonl"),
    count: Annotated[int, typer.Option("--count", min=1, help="How many to keep at most.")] = 20,
    keep_all: Annotated[bool, typer.Option("--all", help="Keep every proposal without asking.")] = False,
    llm: Annotated[
        str | None,
        typer.Option("--llm", help="The model that writes questions; `extractive`: cloze questions."),
    ] = None,
    home: Home = None,
) -> None:
    """Propose questions about your documents, each with its answer and evidence, to keep (y) or drop (n)."""
    from rag.evaluate.making import decided_proposals, drop, keep

    terminal = EvalTerminal()
    settings = load_settings(home=home, llm=llm)
    decided = decided_proposals(out)
    kept = 0
    with _proposals(settings, terminal, paths) as proposals:
        for proposal in proposals:
            if proposal.id in decided:
                continue
            terminal.proposal(kept + 1, proposal)
            choice = "yes" if keep_all else terminal.keep()
            if choice == "leave":
                break
            if choice == "no":
                drop(proposal, out)
                continue
            keep(proposal, out)
            kept += 1
            if kept == count:
                break
    terminal.made(kept, out, paths or ())


@contextmanager
def _proposals(
    settings: Settings, terminal: EvalTerminal, paths: list[Path] | None
) -> Iterator[Iterator[Proposal]]:
    """Proposals about the documents of `paths`, or of the library."""
    from rag.evaluate.making import propose_asked, propose_cloze
    from rag.generate import complete
    from rag.pipeline import open_engine

    engine = open_engine(settings)
    with _documents(settings, terminal, paths) as (sources, read):
        if not sources:
            raise DatasetError(
                en="There are no documents to ask about. Give a file or folder, or add some with: rag sync PATH",
                ar="لا وثائق يُسأل عنها. أعط ملفًا أو مجلدًا، أو أضف وثائق بالأمر: rag sync PATH",
            )
        if engine is None:
            yield propose_cloze(sources, read)
        else:
            yield propose_asked(sources, read, partial(complete, engine))


@contextmanager
def _documents(
    settings: Settings, terminal: EvalTerminal, paths: list[Path] | None
) -> Iterator[tuple[list[str], ReadDocument]]:
    """The names of the documents, and how to read one."""
    from rag.evaluate.reading import read_documents
    from rag.pipeline import parse_limits

    if paths:
        documents, failures = read_documents(paths, parse_limits(settings))
        terminal.failures(failures)
        yield list(documents), documents.__getitem__
    else:
        with open_library(settings, terminal, "rag eval new") as (index, _):
            yield [source.source for source in index.sources()], index.document


def fetch_command(
    name: Annotated[str | None, typer.Argument(help="A set's name; without it they are listed.")] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for questions and corpus. Default: its name.")
    ] = None,
    given: Annotated[
        list[Path] | None,
        typer.Option("--from", help="A file of the set that is on this machine already; repeatable."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Download a published question set, check it, and make it ready for `rag eval run`."""
    from dataclasses import asdict

    from rag.evaluate.catalogue import CATALOGUE, find_set
    from rag.evaluate.fetch import fetch_set

    terminal = EvalTerminal()
    if name is None:
        if as_json:
            print_json({"sets": [asdict(ready) for ready in CATALOGUE]})
        else:
            terminal.catalogue(CATALOGUE)
        return
    ready = find_set(name)
    with terminal.downloading() as progress:
        fetched = fetch_set(ready, out or Path(ready.name), given=given or (), on_progress=progress)
    if as_json:
        paths = {"questions_path": str(fetched.questions_path), "corpus_path": str(fetched.corpus_path)}
        print_json({**asdict(fetched), **paths})
    else:
        terminal.fetched(ready, fetched)
