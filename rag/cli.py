"""`rag …`: the command line. Thin: it reads arguments, opens the pipeline, and prints what comes back."""

from __future__ import annotations

import logging
import sys
from contextlib import ExitStack, closing, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from rag.cli_batch import batch_command
from rag.cli_chats import chats
from rag.cli_common import AsJson, Home, check_free, open_library, prepare_embedder, print_json, reach_library
from rag.cli_eval import evaluation
from rag.cli_sets import fetch_command, new_command
from rag.cli_sync import erase_command, sync_command
from rag.errors import LibraryError, ModelError, RagError
from rag.settings import load_settings
from rag.terminal import Terminal

if TYPE_CHECKING:
    from rag.schema import SourcesFound, TextDelta
    from rag.ui.settings_present import Present

app = typer.Typer(
    help="Sanad (سند): cited answers from your own Arabic and English documents, on your own machine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(evaluation, name="eval")
app.add_typer(chats, name="chats")

Only = Annotated[
    list[str] | None,
    typer.Option(
        "--only", metavar="SOURCE", help="Look into this source alone, as `rag sources` lists it; repeatable."
    ),
]
Question = Annotated[str, typer.Argument(help="The question, or - to read it from standard input.")]

INTERRUPTED = 130


app.command("sync")(sync_command)
evaluation.command("new")(new_command)
evaluation.command("fetch")(fetch_command)


@app.command("search")
def search_command(
    question: Question,
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="How many passages.")] = 10,
    only: Only = None,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Find the passages that are nearest to a question."""
    from rag.commands import Search
    from rag.serialise import search_json

    terminal = Terminal()
    with reach_library(load_settings(home=home, llm="extractive"), terminal, "rag search") as run:
        retrieval = run(Search(_read_question(question), k, tuple(only or ())))
    if as_json:
        print_json(search_json(retrieval))
    else:
        terminal.hits(retrieval)


@app.command("ask")
def ask_command(
    question: Question,
    as_json: AsJson = False,
    chat: Annotated[
        str | None,
        typer.Option(help="Go on with the chat of this id and keep the answer in it; `new` begins one."),
    ] = None,
    only: Only = None,
    llm: Annotated[str | None, typer.Option(help="auto, extractive or ollama:<model> (RAG_LLM).")] = None,
    home: Home = None,
) -> None:
    """Answer a question from the indexed documents, every sentence with its source."""
    from rag.commands import Ask
    from rag.schema import TextDelta
    from rag.serialise import answer_json

    terminal = Terminal()
    with (
        reach_library(load_settings(home=home, llm=llm), terminal, "rag ask") as run,
        nullcontext(lambda _: None) if as_json else terminal.writing() as write,
    ):

        def show(event: SourcesFound | TextDelta) -> None:
            if isinstance(event, TextDelta):
                write(event.text)

        asked = run(Ask(_read_question(question), chat, tuple(only or ())), show)
    if as_json:
        print_json(answer_json(asked.answer) | ({"chat": asked.chat} if chat else {}))
        return
    terminal.answer(asked.answer)
    if asked.chat:
        terminal.kept(asked.chat)


app.command("batch")(batch_command)


@app.command("sources")
def sources_command(as_json: AsJson = False, home: Home = None) -> None:
    """List what is indexed."""
    from rag.commands import Sources
    from rag.serialise import sources_json

    terminal = Terminal()
    with reach_library(load_settings(home=home), terminal, "rag sources") as run:
        sources = run(Sources())
    if as_json:
        print_json(sources_json(sources))
    else:
        terminal.sources(sources)


@app.command("remove")
def remove_command(
    sources: Annotated[list[str], typer.Argument(metavar="SOURCE...", help="As `rag sources` lists them.")],
    home: Home = None,
) -> None:
    """Take sources out of the library. The files themselves are not touched."""
    from rag.commands import Remove

    terminal = Terminal()
    with reach_library(load_settings(home=home), terminal, "rag remove") as run:
        removed = run(Remove(tuple(sources)))
    terminal.removed(removed)
    unknown = [source for source in sources if source not in removed]
    if unknown:
        raise LibraryError(
            en=f"Not in the library: {', '.join(unknown)}. See what is there with: rag sources",
            ar=f"ليس في المكتبة: {'، '.join(unknown)}. اعرض ما فيها بالأمر: rag sources",
        )


app.command("erase")(erase_command)


@app.command("rebuild")
def rebuild_command(home: Home = None) -> None:
    """Rebuild the search indexes from the library, embedding again only if the model or the splitter changed."""
    from rag.pipeline import rebuild

    terminal = Terminal()
    settings = load_settings(home=home)
    check_free(settings)
    embedder = prepare_embedder(settings, terminal)
    with terminal.syncing() as progress:
        passages = rebuild(settings, embedder, progress)
    terminal.rebuilt(passages)


@app.command("doctor")
def doctor_command(
    deep: Annotated[
        bool, typer.Option("--deep", help="Also compare the library, Chroma and the keyword index.")
    ] = False,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Say what is there and what is missing, each with the next step."""
    from rag.doctor import examine

    findings = examine(load_settings(home=home), deep=deep)
    if as_json:
        print_json({"findings": [finding.as_json() for finding in findings]})
    else:
        Terminal().findings(findings)
    if any(finding.state == "broken" for finding in findings):
        raise typer.Exit(1)


@app.command("serve")
def serve_command(
    sync: Annotated[
        list[Path] | None, typer.Option("--sync", help="Index this path first; repeatable.")
    ] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on (RAG_HOST).")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on (RAG_PORT).")] = None,
    home: Home = None,
) -> None:
    """Open the chat page and the HTTP API."""
    from rag.api import Addresses, Commands, require_password, serve
    from rag.commands import OpenLibrary
    from rag.pipeline import sync_paths
    from rag.ui.around import make_sheets
    from rag.ui.evaluation_runs import Evaluations
    from rag.ui.settings_present import Present

    terminal = Terminal()
    settings = load_settings(home=home, host=host, port=port)
    password = settings.auth.get_secret_value()
    require_password(settings.host, password)
    with ExitStack() as stack:
        index, embedder = stack.enter_context(open_library(settings, terminal, "rag serve"))
        if sync:
            with terminal.syncing() as progress:
                report = sync_paths(settings, index, embedder, sync, progress)
            terminal.report(report)
        library = OpenLibrary(settings, index, embedder)
        present = Present(library)
        _look_for_model(present, terminal)
        evaluations = stack.enter_context(closing(Evaluations(present)))
        commands = Commands(library)

        def ready(addresses: Addresses) -> None:
            index.announce(addresses.local, commands.token)
            terminal.serving(addresses.page)

        serve(
            present,
            host=settings.host,
            port=settings.port,
            ui_language=settings.ui_language,
            on_ready=ready,
            password=password,
            commands=commands,
            sheets=make_sheets(library, present, evaluations, commands.change),
        )


def _look_for_model(present: Present, terminal: Terminal) -> None:
    """Say at once where the model is not there. One that was chosen on the page can be changed there: the page opens
    all the same. Raises ModelError for one that was given by other means."""
    try:
        present.assistant()
    except ModelError as error:
        if not {"llm", "llm_url"} & present.decided.chosen.keys():
            raise
        terminal.error(error)


def _read_question(question: str) -> str:
    """The argument, or standard input for "-". Bytes that are not UTF-8 become U+FFFD rather than an error."""
    if question == "-":
        question = sys.stdin.buffer.read().decode("utf-8", "replace")
    return question.encode("utf-8", "surrogateescape").decode("utf-8", "replace").strip()


def main() -> NoReturn:
    """Entry point of `rag`: errors meant for the reader become one sentence and exit code 1."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    try:
        app(standalone_mode=True)
    except RagError as error:
        Terminal().error(error)
        sys.exit(1)
    except SystemExit as end:
        if end.code == INTERRUPTED:  # what typer makes of Ctrl-C
            Terminal().interrupted()
        raise
    sys.exit(0)
