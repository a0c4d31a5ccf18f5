r"""Commands, and what comes of them, as JSON between a terminal and `rag serve`, which are of one version.

A command is a body, {"command": name, "given": arguments, "settings": …}; what comes of it are lines: any number of
{"item": …}, then {"result": …} or {"error": …}. An empty line says no more than that somebody is there.

Text stays as it is, also the halves of characters (\udc80 …) that stand for bytes of file names that are not UTF-8.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from functools import cache
from typing import Any, TypeVar, get_args, get_type_hints

from pydantic import TypeAdapter, ValidationError

from rag import errors
from rag.commands.asking import Ask, Search
from rag.commands.changing import Erase, Quoting, Remove, Sources, Sync
from rag.commands.chats import DeleteChat, GetChat, ListChats, RenameChat
from rag.commands.library import Command, Item, Result
from rag.errors import LibraryError, RagError
from rag.settings import Settings

ADDRESS = "/api/commands"
NOTHING_YET = b"\n"

_COMMANDS = {
    command.__name__: command
    for command in (
        *(Search, Ask, Sources, Remove, Quoting, Erase, Sync),
        *(ListChats, GetChat, RenameChat, DeleteChat),
    )
}
_ERRORS = {
    kind.__name__: kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, RagError)
}
# These stay the server's: where things are, and how its page looks.
_SERVERS_OWN = {"home", "cache", "host", "port", "auth", "ui_language"}

Kind = TypeVar("Kind")


# Who is there: nobody is given a command, or the token, before he has shown that he has the token already.


def proof(token: str, challenge: str) -> str:
    """What only somebody with the token can make of a challenge."""
    return hmac.new(token.encode("utf-8"), challenge.encode("utf-8"), "sha256").hexdigest()


# Commands


def command_body(command: Command[Item, Result], settings: Settings) -> bytes:
    """A command, to be done under some settings."""
    brought = settings.model_dump(mode="json", exclude=_SERVERS_OWN)
    brought["llm_api_key"] = settings.llm_api_key.get_secret_value()
    return _dump({"command": type(command).__name__, "given": command, "settings": brought})


def read_command(body: bytes, own: Settings) -> tuple[Command[Any, Any], Settings]:
    """A command, and its settings, which leave the server what is its `own`. Raises LibraryError."""
    try:
        match _load(body):
            case {"command": str(name), "given": dict(given), "settings": dict(settings)}:
                kept = own.model_dump(include=_SERVERS_OWN)
                return _read(_COMMANDS[name], given), Settings.model_validate({**settings, **kept})
    except (ValueError, KeyError) as error:
        raise _cannot_be_read() from error
    raise _cannot_be_read()


# What comes of them


def item_line(item: object) -> bytes:
    """How far a command has come."""
    return _dump({"item": item}) + b"\n"


def result_line(result: object) -> bytes:
    """The last line of a command that was done."""
    return _dump({"result": result}) + b"\n"


def error_line(told: dict[str, Any]) -> bytes:
    """The last line of one that failed: an error as the API tells it."""
    return _dump(told) + b"\n"


def lines_of(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The lines in what comes, without their ends. What is not ended is none."""
    rest: list[bytes] = []
    for chunk in chunks:
        first, *others = chunk.split(b"\n")
        rest.append(first)
        for other in others:
            yield b"".join(rest)
            rest = [other]


def read_reply(
    lines: Iterable[bytes], command: Command[Item, Result], tell: Callable[[Item], None]
) -> Result:
    """Tell the items, and return the result. Raises the error; EOFError where the lines end without either."""
    hints = get_type_hints(type(command).run)
    ((item_kind,), _) = get_args(hints["tell"]) if "tell" in hints else ((object,), None)
    for line in lines:
        match _load(line) if line else None:
            case {"item": item}:
                tell(_read(item_kind, item))
            case {"result": result}:
                told: Result = _read(hints["return"], result)
                return told
            case {"error": _} as error:
                raise error_in(error)
    raise EOFError


def error_in(told: object) -> RagError:
    """The error that the API told."""
    match told:
        case {"error": {"type": str(kind), "message": str(en), "message_ar": str(ar)}}:
            return _ERRORS.get(kind, RagError)(en, ar)
    return _cannot_be_read()


def _dump(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, default=_fields).encode("utf-8", "surrogatepass")


def _fields(value: Any) -> dict[str, Any]:
    return {field.name: getattr(value, field.name) for field in fields(value)}


def _load(data: bytes) -> Any:
    return json.loads(data)


def _read(kind: Callable[..., Kind], value: object) -> Kind:
    try:
        read: Kind = _adapter(kind).validate_python(value)
    except ValidationError as error:
        raise _cannot_be_read() from error
    return read


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _cannot_be_read() -> LibraryError:
    return LibraryError(
        en="This command and the running `rag serve` do not understand each other: they are of different versions. "
        "Stop the server and start it again.",
        ar="لا يتفاهم هذا الأمر مع `rag serve` الجاري: هما من إصدارين مختلفين. أوقف الخادم ثم شغّله من جديد.",
    )
