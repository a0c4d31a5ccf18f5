"""`rag sync` and `rag erase`: what changes the library on purpose."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import cache, partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.cli_common import AsJson, Home, prepare_embedder, print_json, reach_library
from rag.errors import LibraryError, RagError, SettingsError
from rag.settings import Settings, load_settings
from rag.terminal import Terminal

if TYPE_CHECKING:
    from rag.schema import Embedder, SourceInfo, SyncReport

Paths = Annotated[list[Path], typer.Argument(metavar="PATH...", help="Folders and files to index.")]


def sync_command(
    paths: Paths,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what a sync would do, and write nothing.")
    ] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Go on syncing on every change, until Ctrl-C.")
    ] = False,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Make the library hold what PATH holds now: new, changed, moved and removed files."""
    from rag.pipeline import preview_paths

    if dry_run and watch:
        raise SettingsError(
            en="--dry-run writes nothing, so there is nothing to --watch for. Leave one of them out.",
            ar="لا يكتب ‎--dry-run شيئًا، فلا معنى لـ ‎--watch معه. احذف أحدهما.",
        )
    terminal = Terminal()
    settings = load_settings(home=home)
    if watch:
        _keep_syncing(settings, terminal, paths, as_json=as_json)
        return
    if dry_run:
        report = preview_paths(settings, paths)
    else:
        report = _sync_once(settings, terminal, partial(prepare_embedder, settings, terminal), paths)
    _tell(report, terminal, as_json=as_json, dry_run=dry_run)
    if report.failed:
        raise typer.Exit(1)


def erase_command(
    sources: Annotated[list[str], typer.Argument(metavar="SOURCE...", help="As `rag sources` lists them.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    home: Home = None,
) -> None:
    """Erase sources so that no byte of their text stays in the data folder, in kept answers neither. The files
    themselves are not touched."""
    from rag.commands import Erase, Quoting, Sources

    terminal = Terminal()
    with reach_library(load_settings(home=home), terminal, "rag erase") as run:
        names = _names_of(sources, run(Sources()))
        answers = run(Quoting(names))
        if not yes and not _agrees(terminal, names, answers):
            terminal.nothing_erased()
            raise typer.Exit(1)
        run(Erase(names))
    terminal.erased(names, answers)


def _sync_once(
    settings: Settings, terminal: Terminal, embedder: Callable[[], Embedder], paths: Sequence[Path]
) -> SyncReport:
    from rag import commands

    with (
        commands.reach_library(settings, command="rag sync", embedder=embedder) as run,
        terminal.syncing() as progress,
    ):
        return run(commands.Sync.of(*paths), progress)


def _keep_syncing(settings: Settings, terminal: Terminal, paths: Sequence[Path], *, as_json: bool) -> None:
    """Sync now and after every change. The data folder is held only while there is something to do, and what keeps a
    sync from it, such as another command that holds it, is told once and tried again. Ctrl-C is the way to end it."""
    from rag.sync import watch

    embedder = cache(partial(prepare_embedder, settings, terminal))
    is_due, told = True, ""
    try:
        for has_changed in chain([True], watch(paths, leave_out=settings.home)):
            is_due |= has_changed
            if not is_due:
                continue
            try:
                report = _sync_once(settings, terminal, embedder, paths)
            except RagError as error:
                if told != error.en:
                    terminal.error(error)
                    told = error.en
                continue
            is_due = False
            if not told or _did_something(report):
                _tell(report, terminal, as_json=as_json)
                terminal.watching()
            told = "watching"
    except KeyboardInterrupt:
        terminal.interrupted()


def _did_something(report: SyncReport) -> bool:
    return bool(report.added or report.updated or report.removed or report.moved)


def _tell(report: SyncReport, terminal: Terminal, *, as_json: bool, dry_run: bool = False) -> None:
    from rag.serialise import report_json

    if as_json:
        print_json(report_json(report) | ({"dry_run": True} if dry_run else {}))
    elif dry_run:
        terminal.preview(report)
    else:
        terminal.report(report)


def _names_of(given: Sequence[str], sources: Sequence[SourceInfo]) -> tuple[str, ...]:
    """The sources that are meant, each once; a file that shares a source means that one."""
    by_name = {path: source.source for source in sources for path in source.paths[1:]}
    by_name |= {source.source: source.source for source in sources}
    unknown = [name for name in given if name not in by_name]
    if unknown:
        raise LibraryError(
            en=f"Not in the library: {', '.join(unknown)}. Nothing was erased. See what is there with: rag sources",
            ar=f"ليس في المكتبة: {'، '.join(unknown)}. لم يُمحَ شيء. اعرض ما فيها بالأمر: rag sources",
        )
    return tuple(dict.fromkeys(by_name[name] for name in given))


def _agrees(terminal: Terminal, names: Sequence[str], answers: int) -> bool:
    if not sys.stdin.isatty():
        raise SettingsError(
            en="Erasing cannot be undone, and there is nobody to ask here. Say --yes to erase.",
            ar="المحو لا رجعة فيه، ولا أحد هنا ليُسأل. أضف ‎--yes للمحو.",
        )
    return typer.confirm(terminal.erasing(names, answers))
