"""`rag …`: the command line. Thin: it reads arguments, opens the pipeline, and prints what comes back."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from rag.cli_chats import chats
from rag.cli_common import AsJson, Home, open_library, prepare_embedder, print_json
from rag.errors import LibraryError, RagError
from rag.settings import Settings, load_settings
from rag.terminal import Terminal

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.index import Index
    from rag.schema import Embedder

app = typer.Typer(
    help="Sanad (سند): cited answers from your own Arabic and English documents, on your own machine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
evaluation = typer.Typer(
    help="Measure answers, citations and refusals on your own questions.", no_args_is_help=True
)
app.add_typer(evaluation, name="eval")
app.add_typer(chats, name="chats")

Question = Annotated[str, typer.Argument(help="The question, or - to read it from standard input.")]

INTERRUPTED = 130
NEW_CHAT = "new"


@app.command("sync")
def sync_command(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Folders and files to index.")],
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Make the library hold what PATH holds now: new, changed and removed files."""
    from rag.pipeline import sync_paths
    from rag.serialise import report_json

    terminal = Terminal()
    settings = load_settings(home=home)
    with open_library(settings, terminal, "rag sync") as (index, embedder), terminal.syncing() as progress:
        report = sync_paths(settings, index, embedder, paths, progress)
    if as_json:
        print_json(report_json(report))
    else:
        terminal.report(report)
    if report.failed:
        raise typer.Exit(1)


@app.command("search")
def search_command(
    question: Question,
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="How many passages.")] = 10,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Find the passages that are nearest to a question."""
    from rag.serialise import search_json

    terminal = Terminal()
    with _assistant(load_settings(home=home, llm="extractive"), terminal, "rag search") as assistant:
        retrieval = assistant.search(_read_question(question), k)
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
    llm: Annotated[str | None, typer.Option(help="auto, extractive or ollama:<model> (RAG_LLM).")] = None,
    home: Home = None,
) -> None:
    """Answer a question from the indexed documents, every sentence with its source."""
    from rag.conversation import Dialogue
    from rag.schema import AnswerReady, TextDelta
    from rag.serialise import answer_json

    terminal = Terminal()
    with _assistant(load_settings(home=home, llm=llm), terminal, "rag ask") as assistant:
        dialogue = Dialogue(assistant, assistant.index.chats, None if chat == NEW_CHAT else chat)
        events = (dialogue if chat else assistant).events(_read_question(question))
        with nullcontext(lambda _: None) if as_json else terminal.writing() as write:
            for event in events:
                if isinstance(event, TextDelta):
                    write(event.text)
                elif isinstance(event, AnswerReady):
                    answer = event.answer
    if as_json:
        print_json(answer_json(answer) | ({"chat": dialogue.chat_id} if chat else {}))
        return
    terminal.answer(answer)
    if dialogue.chat_id:
        terminal.kept(dialogue.chat_id)


@app.command("sources")
def sources_command(as_json: AsJson = False, home: Home = None) -> None:
    """List what is indexed."""
    from rag.serialise import sources_json

    terminal = Terminal()
    with open_library(load_settings(home=home), terminal, "rag sources") as (index, _):
        sources = index.sources()
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
    terminal = Terminal()
    with open_library(load_settings(home=home), terminal, "rag remove") as (index, _):
        unknown = [source for source in sources if not index.remove_source(source)]
        index.flush()
    terminal.removed([source for source in sources if source not in unknown])
    if unknown:
        raise LibraryError(
            en=f"Not in the library: {', '.join(unknown)}. See what is there with: rag sources",
            ar=f"ليس في المكتبة: {'، '.join(unknown)}. اعرض ما فيها بالأمر: rag sources",
        )


@app.command("rebuild")
def rebuild_command(home: Home = None) -> None:
    """Rebuild the search indexes from the library, embedding again only if the model or the splitter changed."""
    from rag.pipeline import rebuild

    terminal = Terminal()
    settings = load_settings(home=home)
    embedder = prepare_embedder(settings, terminal)
    with terminal.syncing() as progress:
        passages = rebuild(settings, embedder, progress)
    terminal.rebuilt(passages)


@app.command("doctor")
def doctor_command(as_json: AsJson = False, home: Home = None) -> None:
    """Say what is there and what is missing, each with the next step."""
    from rag.doctor import examine

    findings = examine(load_settings(home=home))
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
    from rag.api import serve
    from rag.pipeline import sync_paths

    terminal = Terminal()
    settings = load_settings(home=home, host=host, port=port)
    address = f"http://{settings.host}:{settings.port}"
    with ExitStack() as stack:
        index, embedder = stack.enter_context(open_library(settings, terminal, "rag serve", address))
        if sync:
            with terminal.syncing() as progress:
                report = sync_paths(settings, index, embedder, sync, progress)
            terminal.report(report)
        serve(
            _make_assistant(settings, index, embedder),
            host=settings.host,
            port=settings.port,
            ui_language=settings.ui_language,
            on_ready=terminal.serving,
        )


@evaluation.command("run")
def eval_run_command(
    questions: Annotated[Path, typer.Argument(help="JSONL or CSV; only a `question` column is required.")],
    out: Annotated[Path, typer.Option("--out", help="Folder for rows and report; a stopped run goes on.")],
    corpus: Annotated[list[Path] | None, typer.Option("--corpus", help="What to index for the run.")] = None,
    llm: Annotated[str | None, typer.Option(help="auto, extractive or ollama:<model> (RAG_LLM).")] = None,
    home: Home = None,
) -> None:
    """Answer every question of a file and score retrieval, answers, citations and refusals."""
    from rag.evaluate import SEARCH_DEPTH, evaluate_file
    from rag.pipeline import sync_paths

    terminal = Terminal()
    settings = load_settings(home=home if home else (out / "home" if corpus else None), llm=llm)
    with open_library(settings, terminal, "rag eval run") as (index, embedder):
        if corpus:
            with terminal.syncing() as progress:
                report = sync_paths(settings, index, embedder, corpus, progress)
            terminal.failures(report.failed)
        assistant = _make_assistant(settings, index, embedder)
        with terminal.counting() as counted:
            evaluated = evaluate_file(
                questions,
                out=out,
                answer=assistant.ask,
                search=lambda question: assistant.search(question, SEARCH_DEPTH),
                settings={**_public(settings), "engine": assistant.engine_name},
                sources=index.sources(),
                on_progress=counted,
            )
    terminal.evaluation(evaluated)


@evaluation.command("compare")
def eval_compare_command(
    first: Annotated[Path, typer.Argument(metavar="A", help="Folder of one run.")],
    second: Annotated[Path, typer.Argument(metavar="B", help="Folder of another run of the same questions.")],
    as_json: AsJson = False,
) -> None:
    """Compare two runs question by question."""
    from rag.evaluate import compare_runs

    comparison = compare_runs(first, second)
    if as_json:
        print_json(comparison.as_json())
    else:
        Terminal().comparison(comparison)


@contextmanager
def _assistant(settings: Settings, terminal: Terminal, command: str) -> Iterator[Assistant]:
    with open_library(settings, terminal, command) as (index, embedder):
        yield _make_assistant(settings, index, embedder)


def _make_assistant(settings: Settings, index: Index, embedder: Embedder) -> Assistant:
    from rag.pipeline import make_assistant

    return make_assistant(settings, index, embedder)


def _read_question(question: str) -> str:
    """The argument, or standard input for "-". Bytes that are not UTF-8 become U+FFFD rather than an error."""
    if question == "-":
        question = sys.stdin.buffer.read().decode("utf-8", "replace")
    return question.encode("utf-8", "surrogateescape").decode("utf-8", "replace").strip()


def _public(settings: Settings) -> dict[str, Any]:
    """Settings that change results, for a report: no folder of this machine, no address."""
    hidden = {"home", "cache", "host", "port", "llm_url", "chroma_url", "ui_language"}
    return settings.model_dump(mode="json", exclude=hidden)


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
    except KeyboardInterrupt:
        Terminal().interrupted()
        sys.exit(INTERRUPTED)
    sys.exit(0)
