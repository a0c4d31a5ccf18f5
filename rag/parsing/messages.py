"""What the two ends of the pipe say to each other: pickles, each behind its length.

What a parser of foreign files sends back is not trusted further than its shape: only the types of a Document can
come out of a pickle here.
"""

from __future__ import annotations

import io
import pickle
import struct
from dataclasses import dataclass
from typing import IO, Any

from rag.schema import Document, Page, Span

_LENGTH = struct.Struct(">Q")
# Well above the longest document that a worker sends.
MAX_MESSAGE_BYTES = 512 * 1024 * 1024


# What Python's documentation names beside UnpicklingError, and what broken arguments raise.
_NOT_A_PICKLE = (AttributeError, EOFError, ImportError, IndexError, TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class Request:
    """Read this file. `path` may hold bytes that are not UTF-8, as Python carries them."""

    path: str
    source: str


@dataclass(frozen=True, slots=True)
class Failed:
    """A document that could not be read, and why, in both languages."""

    en: str
    ar: str


@dataclass(frozen=True, slots=True)
class Logged:
    """A record for the log."""

    name: str
    level: int
    message: str


@dataclass(frozen=True, slots=True)
class Finished:
    """There is no more in this file. `leaves`: the worker ends too, and the next file needs another one."""

    leaves: bool


Reply = Document | Failed | Logged | Finished

_ALLOWED = {
    (kind.__module__, kind.__name__): kind
    for kind in (Document, Page, Span, Request, Failed, Logged, Finished)
}


def send(pipe: IO[bytes], message: Request | Reply) -> None:
    """Write a message. Raises OSError when nobody listens any more."""
    payload = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    pipe.write(_LENGTH.pack(len(payload)))
    pipe.write(payload)
    pipe.flush()


def receive(pipe: IO[bytes]) -> Any:
    """The next message; None at the end of the pipe, also where it ends within a message. Raises
    pickle.UnpicklingError for anything that is none."""
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    if length > MAX_MESSAGE_BYTES:
        raise pickle.UnpicklingError(f"{length} bytes are no message")
    payload = pipe.read(length)
    if len(payload) < length:
        return None
    try:
        return _Unpickler(io.BytesIO(payload)).load()
    except _NOT_A_PICKLE as error:
        raise pickle.UnpicklingError(str(error)) from error


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        """The types of messages; nothing else can be named."""
        try:
            return _ALLOWED[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"{module}.{name} has no place in a message") from None
