"""`rag chats …`: the chats that the library keeps."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.cli_common import AsJson, Home, print_json, reach_library
from rag.settings import load_settings
from rag.terminal import Terminal

if TYPE_CHECKING:
    from rag.commands import Run

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
    from rag.commands import ListChats

    terminal = Terminal()
    with _reach(home, terminal) as run:
        found = run(ListChats(search))
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
    from rag.commands import GetChat
    from rag.export import chat_json, chat_markdown

    terminal = Terminal()
    with _reach(home, terminal) as run:
        shown = run(GetChat(chat))
    if as_format is Format.JSON:
        print_json(chat_json(shown))
    else:
        print(chat_markdown(shown, terminal.language), end="")


@chats.command("rename")
def rename_command(
    chat: ChatId, title: Annotated[str, typer.Argument(help="The new title.")], home: Home = None
) -> None:
    """Give a chat another title."""
    from rag.commands import RenameChat

    with _reach(home, Terminal()) as run:
        run(RenameChat(chat, title))


@chats.command("delete")
def delete_command(chat: ChatId, home: Home = None) -> None:
    """Forget a chat for good: its text is overwritten on disk."""
    from rag.commands import DeleteChat

    terminal = Terminal()
    with _reach(home, terminal) as run:
        run(DeleteChat(chat))
    terminal.removed([chat])


def _reach(home: Path | None, terminal: Terminal) -> AbstractContextManager[Run]:
    return reach_library(load_settings(home=home), terminal, "rag chats")
