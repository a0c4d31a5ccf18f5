"""`rag chats …`: the chats that the library keeps."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.cli_common import AsJson, Home, open_library, print_json
from rag.settings import load_settings
from rag.terminal import Terminal

if TYPE_CHECKING:
    from rag.index import Chats

chats = typer.Typer(help="The chats that are kept: list, show, rename, delete.")

ChatId = Annotated[str, typer.Argument(metavar="ID", help="As `rag chats` lists it.")]


class Format(StrEnum):
    """How a chat is printed."""

    MARKDOWN = "markdown"
    JSON = "json"


@chats.callback(invoke_without_command=True)
def list_command(
    context: typer.Context,
    search: Annotated[str, typer.Option("--search", help="Only chats that hold all of these words.")] = "",
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """List the chats, the one that was last used first."""
    if context.invoked_subcommand:
        return
    terminal = Terminal()
    with _chats(home, terminal) as kept:
        found = kept.list(search)
    if as_json:
        print_json({"chats": [asdict(chat) for chat in found]})
    else:
        terminal.chats(found)


@chats.command("show")
def show_command(
    chat: ChatId,
    as_format: Annotated[
        Format, typer.Option("--format", help="For reading, or for scripts.")
    ] = Format.MARKDOWN,
    home: Home = None,
) -> None:
    """Print a chat with its sources, to read or to keep: rag chats show ID > chat.md"""
    from rag.export import chat_json, chat_markdown

    terminal = Terminal()
    with _chats(home, terminal) as kept:
        shown = kept.get(chat)
    if as_format is Format.JSON:
        print_json(chat_json(shown))
    else:
        print(chat_markdown(shown, terminal.language), end="")


@chats.command("rename")
def rename_command(
    chat: ChatId, title: Annotated[str, typer.Argument(help="The new title.")], home: Home = None
) -> None:
    """Give a chat another title."""
    with _chats(home, Terminal()) as kept:
        kept.rename(chat, title)


@chats.command("delete")
def delete_command(chat: ChatId, home: Home = None) -> None:
    """Forget a chat for good: its text is overwritten on disk."""
    terminal = Terminal()
    with _chats(home, terminal) as kept:
        kept.delete(chat)
    terminal.removed([chat])


@contextmanager
def _chats(home: Path | None, terminal: Terminal) -> Iterator[Chats]:
    with open_library(load_settings(home=home), terminal, "rag chats") as (index, _):
        yield index.chats
