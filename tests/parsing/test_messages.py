"""What goes through the pipe between a worker and the process that asked."""

from __future__ import annotations

import io
import os
import pickle
import struct

import pytest

from rag.parsing.messages import MAX_MESSAGE_BYTES, Failed, Finished, Logged, Reply, Request, receive, send
from rag.schema import Document, Page, Span

DOCUMENT = Document("م.txt", "ت", "", (Page("نص\ud800", 1, (Span(0, 1),)), Page("b", 2)), "ar", "text/plain")


@pytest.mark.parametrize(
    "message",
    [DOCUMENT, Request("/d\udce9/a.txt", "d"), Failed("en", "ع"), Logged("a.b", 30, "م"), Finished(True)],
)
def test_messages_arrive_as_they_were_sent(message: Request | Reply) -> None:
    pipe = io.BytesIO()
    send(pipe, message)
    send(pipe, message)
    pipe.seek(0)
    assert [receive(pipe), receive(pipe), receive(pipe)] == [message, message, None]


def test_a_message_that_was_cut_off_is_the_end() -> None:
    pipe = io.BytesIO()
    send(pipe, DOCUMENT)
    for length in (3, 20, pipe.tell() - 1):
        assert receive(io.BytesIO(pipe.getvalue()[:length])) is None


class _Evil:
    def __reduce__(self) -> tuple[object, ...]:
        return os.system, ("echo run",)


@pytest.mark.parametrize("payload", [pickle.dumps(_Evil()), b"\x80\x05nonsense", b""])
def test_nothing_but_messages_comes_out(payload: bytes) -> None:
    """A parser that a file has taken over must not take over who asked."""
    pipe = io.BytesIO(struct.pack(">Q", len(payload)) + payload)
    with pytest.raises(pickle.UnpicklingError):
        receive(pipe)


def test_an_absurd_length_is_no_message() -> None:
    with pytest.raises(pickle.UnpicklingError):
        receive(io.BytesIO(struct.pack(">Q", MAX_MESSAGE_BYTES + 1) + b"x"))
