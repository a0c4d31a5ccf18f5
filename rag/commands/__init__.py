"""What the terminal's commands do with the library: here, or through the `rag serve` that has it open.

    library.py    what a command works with, and what one is
    asking.py     searching and answering
    changing.py   what changes the sources: sync, remove, erase
    chats.py      the chats that are kept
    wire.py       all of it as JSON
    remote.py     through `rag serve`, at the address and with the token that the data folder's owner.json names
    reach.py      here or there

A command is its arguments and a method that carries it out. Here it is simply run; a remote one is sent, run at the
server, and what it tells and returns comes back. So both do the same, and whoever prints need not know which it was.
The other side, where `rag serve` takes commands, is rag.api.commands.
"""

from rag.commands.asking import NEW_CHAT, Ask, Asked, Search
from rag.commands.changing import Changing, Erase, PutBack, Quoting, Remove, SetAside, Sources, Sync
from rag.commands.chats import DeleteChat, GetChat, ListChats, RenameChat
from rag.commands.library import Command, EndingError, OpenLibrary, Run
from rag.commands.reach import reach_library

__all__ = [
    "NEW_CHAT",
    "Ask",
    "Asked",
    "Changing",
    "Command",
    "DeleteChat",
    "EndingError",
    "Erase",
    "GetChat",
    "ListChats",
    "OpenLibrary",
    "PutBack",
    "Quoting",
    "Remove",
    "RenameChat",
    "Run",
    "Search",
    "SetAside",
    "Sources",
    "Sync",
    "reach_library",
]
