"""What only OpenAI's protocol has, in health and with its faults; what every engine does is in test_engine.py."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag.errors import ModelError, ModelMissingError
from tests.generate.openai_server import OpenAIServer, engine_at, openai_server
from tests.generate.wire import MODEL, all_of, said


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    """A healthy server, to be told otherwise."""
    with openai_server() as running:
        yield running


def test_sends_every_setting(server: OpenAIServer) -> None:
    all_of(engine_at(server.url, api_key="k-1").stream("s", "u"))
    (request,) = server.requests
    assert request.path == "/v1/chat/completions"
    assert request.authorization == "Bearer k-1"
    body = request.body
    assert (body["temperature"], body["seed"]) == (0.25, 7)
    assert "\nQuestion:" in body["stop"]
    assert body.get("max_tokens", body.get("max_completion_tokens")) == 321


def test_an_address_with_a_path_is_taken_as_it_is(server: OpenAIServer) -> None:
    all_of(engine_at(f"{server.url}/api/openai").stream("s", "u"))
    assert server.requests[0].path == "/api/openai/chat/completions"


@pytest.mark.parametrize(
    ("status", "error", "kind", "expected"),
    [
        (404, "no such model", ModelMissingError, MODEL),
        (400, "the prompt is longer than the context", ModelError, "the prompt is longer than the context"),
        (401, "wrong key", ModelError, "wrong key"),
        (500, "out of memory", ModelError, "out of memory"),
    ],
)
def test_refusals(
    server: OpenAIServer, status: int, error: str, kind: type[ModelError], expected: str
) -> None:
    server.status, server.error = status, error
    with pytest.raises(kind) as caught:
        all_of(engine_at(server.url).stream("s", "u"))
    assert expected in said(caught.value)
