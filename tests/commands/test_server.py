"""How `rag serve` takes commands: from whom, several at a time, and what becomes of those that nobody waits for."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from rag.api import Commands, create_app
from rag.api.commands import BEAT_SECONDS
from rag.commands import NEW_CHAT, Ask, ListChats, OpenLibrary, Remove, Search, Sources, Sync, wire
from rag.commands.reach import Here
from rag.errors import LibraryError
from rag.index import read_owner
from rag.schema import TextDelta
from rag.sync.writer import BATCH_TEXTS
from rag.ui.asking import welcome_html
from tests.commands.building import (
    ENGLISH_QUESTION,
    PATIENCE_SECONDS,
    GatedEmbedder,
    opened,
    reached,
    served,
    settings_of,
    write_texts,
)
from tests.generate.ollama import ollama_server, piece
from tests.generate.wire import MODEL, Line
from tests.ui.fakes import FakeAssistant


@pytest.fixture(scope="module")
def embedder() -> GatedEmbedder:
    return GatedEmbedder()


@pytest.fixture(scope="module")
def server(
    tmp_path_factory: pytest.TempPathFactory, embedder: GatedEmbedder
) -> Iterator[tuple[OpenLibrary, Commands]]:
    folder = tmp_path_factory.mktemp("served")
    with opened(settings_of(folder / "home"), embedder) as library, served(library) as commands:
        Here(library)(Sync.of(write_texts(folder / "texts")))
        yield library, commands


@pytest.fixture
def library(server: tuple[OpenLibrary, Commands]) -> OpenLibrary:
    """The library of a server."""
    return server[0]


@pytest.fixture
def client(library: OpenLibrary) -> Iterator[httpx.Client]:
    """An HTTP client of that server, which knows its token."""
    owner = read_owner(library.settings.home)
    assert owner is not None
    headers = {"Authorization": f"Bearer {owner.token}"}
    with httpx.Client(base_url=owner.address, trust_env=False, headers=headers, timeout=20) as client:
        yield client


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """A folder with a long text and a short one, which comes after the first was embedded: that has more sentences
    than are embedded together. No other test embeds the same."""
    text = " ".join(f"Sentence {n} of {tmp_path.name} speaks of lighthouses." for n in range(BATCH_TEXTS))
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    (tmp_path / "b.txt").write_text(f"منارة جديدة على الساحل {tmp_path.name}.", encoding="utf-8")
    return tmp_path


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    """Terminals that wait for their commands."""
    with ThreadPoolExecutor() as pool:
        yield pool


def names(library: OpenLibrary) -> set[str]:
    return {Path(source.source).name for source in library.index.sources()}


@pytest.mark.parametrize(
    "change",
    [
        {"Authorization": ""},
        {"Authorization": "Bearer " + "0" * 64},
        {"Authorization": "Bearer سند".encode()},
        lambda token: {"Authorization": token},
        lambda token: {"Authorization": f"Basic {token}"},
        lambda token: {"Authorization": f"Bearer {token}x"},
        lambda token: {"Authorization": f"Bearer {token[:-1]}"},
        lambda token: {"Authorization": "", "Cookie": f"token={token}"},
    ],
)
def test_without_the_token_nothing_is_done(
    client: httpx.Client, library: OpenLibrary, change: dict[str, Any] | Callable[[str], dict[str, str]]
) -> None:
    token = client.headers["Authorization"].removeprefix("Bearer ")
    headers = change(token) if callable(change) else change
    body = wire.command_body(
        Remove(tuple(source.source for source in library.index.sources())), library.settings
    )
    response = client.post(wire.ADDRESS, content=body, headers=headers)
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert set(response.json()["error"]) == {"type", "message", "message_ar"}
    assert token not in response.text
    assert len(names(library)) == 3


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Host": "evil.example"},
        {"Origin": "http://127.0.0.1"},
    ],
)
def test_no_web_page_gives_commands_even_with_the_token(
    client: httpx.Client, library: OpenLibrary, headers: dict[str, str]
) -> None:
    body = wire.command_body(Sources(), library.settings)
    assert client.post(wire.ADDRESS, content=body, headers=headers).status_code == 403
    assert client.get(wire.ADDRESS, params={"challenge": "x"}, headers=headers).status_code == 403


def test_a_greeting_proves_and_tells_nothing_else(client: httpx.Client) -> None:
    token = client.headers["Authorization"].removeprefix("Bearer ")
    response = client.get(wire.ADDRESS, params={"challenge": "كلمة"}, headers={"Authorization": ""})
    assert response.json()["proof"] == wire.proof(token, "كلمة")
    assert set(response.json()) == {"proof", "version"}
    assert client.get(wire.ADDRESS).status_code == 422


@pytest.mark.parametrize("body", [b"", b"{}", b"\xff\xfe"])
def test_what_is_no_command_is_refused(client: httpx.Client, body: bytes) -> None:
    response = client.post(wire.ADDRESS, content=body)
    assert response.status_code == 503
    assert "different versions" in response.json()["error"]["message"]


def test_a_server_without_commands_takes_none() -> None:
    with TestClient(create_app(FakeAssistant(), ui_language="en"), base_url="http://127.0.0.1") as client:
        assert client.post(wire.ADDRESS, json={}).status_code in {404, 405}


def test_while_a_sync_goes_on_others_ask_and_only_a_second_change_is_refused(
    library: OpenLibrary, embedder: GatedEmbedder, client: httpx.Client, docs: Path, pool: ThreadPoolExecutor
) -> None:
    embedder.shut()
    with reached(library.settings) as first, reached(library.settings) as second:
        sync = pool.submit(first, Sync.of(docs))
        assert embedder.reached.wait(PATIENCE_SECONDS)
        for change in (Sync.of(docs), Remove(("a.txt",))):
            with pytest.raises(LibraryError, match="Another command is changing") as caught:
                second(change)
            assert "Ctrl-C" in caught.value.ar
        assert second(Search("harbour bridge", 1)).hits[0].passage.source.endswith("harbour.txt")
        assert second(Ask(ENGLISH_QUESTION)).answer.citations
        assert client.post("/api/ask", json={"question": ENGLISH_QUESTION}).json()["citations"]
        embedder.gate.set()
        added = sync.result(PATIENCE_SECONDS).added
        assert [Path(source).name for source in added] == ["a.txt", "b.txt"]
        # The page's opening words and its answers know at once.
        sources = second(Sources())
        told = client.get("/health").json()
        assert (told["sources"], told["passages"]) == (5, sum(source.passages for source in sources))
        opening = re.sub("<[^>]+>", "", welcome_html(library.assistant())[0])
        assert f"Documents: 5 · passages: {told['passages']}" in opening
        assert client.post("/api/search", json={"question": "منارة"}).json()["hits"][0]["source"] == added[1]
        assert second(Remove(added)) == list(added)
        assert client.get("/health").json()["sources"] == 3


def test_a_terminal_that_goes_away_ends_its_sync_and_the_next_one_goes_on(
    server: tuple[OpenLibrary, Commands],
    embedder: GatedEmbedder,
    client: httpx.Client,
    docs: Path,
    pool: ThreadPoolExecutor,
) -> None:
    library, commands = server
    embedder.shut()
    body = wire.command_body(Sync.of(docs), library.settings)
    with client.stream("POST", wire.ADDRESS, content=body) as response:
        assert response.status_code == 200
        assert embedder.reached.wait(PATIENCE_SECONDS)
    until(lambda: commands._changing is not None and commands._changing.is_gone)
    with reached(library.settings) as run:
        again = pool.submit(run, Sync.of(docs))
        # It is not refused: it waits, longer than the pause between two signs of life, for the other one to end.
        with pytest.raises(TimeoutError):
            again.result(BEAT_SECONDS * 1.5)
        embedder.gate.set()
        report = again.result(PATIENCE_SECONDS)
        assert [Path(source).name for source in report.added] == ["a.txt", "b.txt"]
        run(Remove(report.added))


def test_signs_of_life_come_while_nothing_happens(
    library: OpenLibrary, embedder: GatedEmbedder, client: httpx.Client, docs: Path
) -> None:
    embedder.shut()
    body = wire.command_body(Sync.of(docs), library.settings)
    with client.stream("POST", wire.ADDRESS, content=body) as response:
        lines = wire.lines_of(response.iter_raw())
        first = next(lines)
        assert json.loads(first)["item"]["current"].endswith("a.txt")
        assert [next(lines), next(lines)] == [b"", b""]
    embedder.gate.set()


def test_a_terminal_that_goes_away_stops_the_model(library: OpenLibrary) -> None:
    """Ctrl-C comes with the first word; the model would go on for ever."""

    def endless() -> Iterator[Line]:
        while True:
            yield piece("word ")
            time.sleep(0.01)

    def interrupt(event: object) -> None:
        if isinstance(event, TextDelta):
            raise KeyboardInterrupt

    with ollama_server() as model:
        model.script = endless
        changes = {"llm": f"ollama:{MODEL}", "llm_url": model.url, "translate_question": False}
        with reached(library.settings.model_copy(update=changes)) as run:
            with pytest.raises(KeyboardInterrupt):
                run(Ask(ENGLISH_QUESTION, chat=NEW_CHAT), interrupt)
            assert model.client_left.wait(PATIENCE_SECONDS)
            assert run(ListChats("")) == ()


def test_a_server_that_ends_ends_its_commands_first(
    tmp_path: Path, docs: Path, pool: ThreadPoolExecutor
) -> None:
    embedder = GatedEmbedder()
    with opened(settings_of(tmp_path / "home"), embedder) as library:
        with served(library) as commands, reached(library.settings) as run:
            embedder.shut()
            sync = pool.submit(run, Sync.of(docs))
            assert embedder.reached.wait(PATIENCE_SECONDS)
            closed = pool.submit(commands.close)
            with pytest.raises(LibraryError, match="ended or stopped"):
                sync.result(PATIENCE_SECONDS)
            assert not closed.done()
            embedder.gate.set()
            closed.result(PATIENCE_SECONDS)
        assert Here(library)(Sources()) == []
        assert len(Here(library)(Sync.of(docs)).added) == 2


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_fault_of_the_server_ends_the_command_and_not_the_server(
    library: OpenLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise RuntimeError("a fault")

    with reached(library.settings) as run:
        with monkeypatch.context() as patched:
            patched.setattr(library.index, "sources", fail)
            with pytest.raises(LibraryError, match="ended or stopped"):
                run(Sources())
        assert len(run(Sources())) == 3


def until(condition: Callable[[], bool]) -> None:
    """Wait for something that comes soon."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)
