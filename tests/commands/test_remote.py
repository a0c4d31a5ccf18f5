"""Through a server everything is as it is with an open library; and who is not that server is given nothing."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from rag.commands import (
    Ask,
    Asked,
    Command,
    DeleteChat,
    Erase,
    GetChat,
    ListChats,
    OpenLibrary,
    Quoting,
    Remove,
    RenameChat,
    Run,
    Search,
    Sources,
    Sync,
    remote,
    wire,
)
from rag.commands.reach import Here
from rag.errors import (
    LibraryError,
    LibraryInUseError,
    LibraryMismatchError,
    ModelUnreachableError,
    QuestionError,
    RagError,
)
from rag.index import Owner, lock, read_owner
from rag.schema import Embedder, SourcesFound, TextDelta
from rag.settings import Settings
from rag.sync import SyncProgress
from tests.commands.building import (
    ARABIC_QUESTION,
    ENGLISH_QUESTION,
    opened,
    reached,
    served,
    settings_of,
    write_texts,
)
from tests.generate.wire import address_of_a_full_house, address_of_nothing
from tests.index.building import open_index


@pytest.fixture(scope="module")
def library(
    tmp_path_factory: pytest.TempPathFactory, model_cache: Path, embedder: Embedder
) -> Iterator[OpenLibrary]:
    """The library of a server, with the bundled embedder."""
    folder = tmp_path_factory.mktemp("remote")
    with opened(settings_of(folder / "home", cache=model_cache), embedder) as library, served(library):
        Here(library)(Sync.of(write_texts(folder / "texts")))
        yield library


@pytest.fixture
def here(library: OpenLibrary) -> Run:
    return Here(library)


@pytest.fixture
def there(library: OpenLibrary) -> Iterator[Run]:
    with reached(library.settings) as run:
        yield run


def told_by(run: Run, command: Command[Any, Any]) -> tuple[list[Any], Any]:
    """What a command tells and returns, or the error it raises, in both languages; without what is measured."""
    told: list[Any] = []
    try:
        result = run(command, told.append)
    except RagError as error:
        return told, (type(error), error.en, error.ar)
    if isinstance(result, Asked):
        result = replace(result, answer=replace(result.answer, timings={}))
    return told, result


@pytest.mark.parametrize(
    "command",
    [
        Search(ARABIC_QUESTION, 2),
        Search("bridge", 50),
        Ask(ARABIC_QUESTION),
        Ask(ENGLISH_QUESTION),
        Ask("How long should I bake sourdough bread?"),
        Ask("ما طريقة تحضير الكبسة بالدجاج؟"),
        Sources(),
        ListChats(""),
        # What fails
        Search("", 2),
        Ask("؟"),
        Ask("س" * 5000),
        Ask("x", chat="nowhere"),
        Remove(("nothing",)),
        Erase(("nothing",)),
        Quoting(("nothing",)),
        GetChat("nowhere"),
        RenameChat("nowhere", "x"),
        DeleteChat("nowhere"),
    ],
    ids=repr,
)
def test_it_is_as_it_is_here(here: Run, there: Run, command: Command[Any, Any]) -> None:
    told, result = told_by(there, command)
    assert (told, result) == told_by(here, command)
    if isinstance(command, Ask) and isinstance(result, Asked):
        assert isinstance(told[0], SourcesFound)
        assert result.answer.refused == ("روما" not in command.question and "bridge" not in command.question)
        assert "".join(item.text for item in told if isinstance(item, TextDelta)) == result.answer.text


def test_a_chat_goes_on_through_the_server(here: Run, there: Run) -> None:
    first = there(Ask(ARABIC_QUESTION, chat="new"))
    assert first.chat
    second = there(Ask("ومن ترأسه؟", chat=first.chat))
    assert (second.chat, "بلينكن" in second.answer.text) == (first.chat, True)
    there(RenameChat(first.chat, "عنوان آخر"))
    kept = here(GetChat(first.chat))
    assert there(GetChat(first.chat)) == kept
    assert (kept.info.title, [message.question for message in kept.messages]) == (
        "عنوان آخر",
        [ARABIC_QUESTION, "ومن ترأسه؟"],
    )
    assert there(ListChats("عنوان")) == (kept.info,)
    cited = tuple({citation.source for citation in second.answer.citations})
    assert there(Quoting(cited)) == here(Quoting(cited)) == 2
    there(DeleteChat(first.chat))
    assert here(ListChats("")) == there(ListChats("")) == ()


def test_what_is_synced_is_found_removed_and_erased(here: Run, there: Run, tmp_path: Path) -> None:
    folder = tmp_path / "وثائق"
    folder.mkdir()
    (folder / "a.txt").write_text("يصب النيل في البحر المتوسط.", encoding="utf-8")
    (folder / "b.txt").write_text("The Nile flows into the sea.", encoding="utf-8")
    told: list[SyncProgress] = []
    report = there(Sync(("وثائق", str(folder / "no.txt")), str(tmp_path)), told.append)
    assert (report.added, report.passages) == (("وثائق/a.txt", "وثائق/b.txt"), 2)
    assert [failure.path for failure in report.failed] == [f"{folder}/no.txt"]
    assert (told[0].files, told[-1].files, told[-1].done) == (0, 2, 1.0)
    (hit,) = there(Search("النيل", 1)).hits
    assert hit.passage.source == "وثائق/a.txt"
    assert there(Sync(("وثائق",), str(tmp_path))).unchanged == ("وثائق/a.txt", "وثائق/b.txt")
    assert there(Remove(("وثائق/a.txt", "nothing"))) == ["وثائق/a.txt"]
    there(Erase(("وثائق/b.txt",)))
    assert not [source for source in here(Sources()) if source.source.startswith("وثائق")]


def test_relative_paths_start_where_the_terminal_is(
    there: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each file is known by its name as it was given, and read where that is for the one who gave it."""
    (tmp_path / "in").mkdir()
    for name in ("in/a%20.txt", "up.txt", "caf\udce9.txt"):
        (tmp_path / name).write_text(f"The lighthouse of {name[:2]} stands on a rock.", encoding="utf-8")
    monkeypatch.chdir(tmp_path / "in")
    command = Sync.of(Path(), Path("../up.txt"), Path("../caf\udce9.txt"))
    monkeypatch.chdir("/")
    added = there(command).added
    assert added == ("a%20.txt", "../up.txt", "../caf%E9.txt")
    assert sorted(there(command).unchanged) == sorted(added)
    (tmp_path / "in" / "a%20.txt").unlink()
    assert there(command).removed == ("a%20.txt",)
    there(Remove(("../up.txt", "../caf%E9.txt")))


# Settings


def test_the_terminals_settings_count(library: OpenLibrary, here: Run) -> None:
    with reached(library.settings.model_copy(update={"max_question_characters": 100})) as there:
        with pytest.raises(QuestionError, match="100"):
            there(Ask("س" * 101))
        here(Ask("س" * 101))
    url = address_of_nothing()
    with reached(library.settings.model_copy(update={"llm": "ollama:no", "llm_url": url})) as there:
        with pytest.raises(ModelUnreachableError, match=url):
            there(Ask(ENGLISH_QUESTION))
        assert there(Sources())


@pytest.mark.parametrize("command", [Sources(), Sync(("x",), "/"), Ask("x")], ids=repr)
def test_settings_that_the_library_was_not_made_with_are_named(
    library: OpenLibrary, command: Command[Any, Any]
) -> None:
    other = library.settings.model_copy(update={"passage_tokens": 100})
    with reached(other) as there, pytest.raises(LibraryMismatchError) as caught:
        there(command)
    for sentence in (caught.value.en, caught.value.ar):
        assert "RAG_PASSAGE_TOKENS=250" in sentence
        assert "RAG_PASSAGE_TOKENS=100" in sentence


def test_proxies_of_the_environment_are_not_asked(
    library: OpenLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, address_of_nothing())
    monkeypatch.delenv("NO_PROXY", raising=False)
    with reached(library.settings) as there:
        assert there(Sources())


# Who is there


@dataclass
class Stranger:
    """Another program at an address, which answers everything with `body`."""

    body: bytes
    status: int = 200
    asked: list[tuple[str, str | None]] = field(default_factory=list)


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, stranger: Stranger, *args: Any) -> None:
        self.stranger = stranger
        super().__init__(*args)

    def log_message(self, *_: object) -> None:
        """Silence."""

    def do_GET(self) -> None:
        self.stranger.asked.append((f"{self.command} {self.path}", self.headers["Authorization"]))
        self.send_response(self.stranger.status)
        self.send_header("Content-Length", str(len(self.stranger.body)))
        self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(self.stranger.body)

    def do_POST(self) -> None:
        self.do_GET()


@contextmanager
def address_of(stranger: Stranger) -> Iterator[str]:
    http = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, stranger))
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{http.server_address[1]}"
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long for a folder that is being let go, which none of these is."""
    monkeypatch.setattr(lock, "LOCK_TIMEOUT_SECONDS", 0.02)


@contextmanager
def announced(settings: Settings, address: str) -> Iterator[None]:
    """The data folder in the hands of somebody who says that he answers there."""
    with open_index(settings.home, command="rag serve", address=address):
        yield


def reply_of(token: str, version: str) -> bytes:
    """What a server says that knows only that much."""
    return json.dumps({"proof": wire.proof(token, "another challenge"), "version": version}).encode()


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize(
    "stranger",
    [
        Stranger(b"hello"),
        Stranger(b"[]"),
        Stranger(b'{"status": "ok"}'),
        Stranger(b'{"proof": 1, "version": "0"}'),
        Stranger('{"proof": "سند", "version": "0"}'.encode()),
        Stranger(reply_of("secret", "0.1.0")),
        Stranger(b"moved", status=307),
        Stranger(b"no", status=404),
    ],
    ids=lambda stranger: str(stranger.body[:20]),
)
def test_a_stranger_at_the_address_is_not_trusted(tmp_path: Path, stranger: Stranger) -> None:
    settings = settings_of(tmp_path)
    with (
        address_of(stranger) as address,
        announced(settings, address),
        pytest.raises(LibraryInUseError) as caught,
        reached(settings),
    ):
        pass
    assert address in caught.value.en
    assert address in caught.value.ar
    ((request, authorization),) = stranger.asked
    assert request.startswith(f"GET {wire.ADDRESS}?challenge=")
    assert authorization is None
    assert "secret" not in request


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize(
    "address",
    [
        "",
        "http://192.0.2.1:7860",
        "http://127.0.0.1.example.org",
        "http://[",
        "nonsense",
        "http://127.0.0.1:x",
    ],
)
def test_an_address_elsewhere_is_not_even_tried(
    tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(_: str) -> httpx.Client:
        raise AssertionError("a client was made")

    monkeypatch.setattr(remote, "_client", never)
    settings = settings_of(tmp_path)
    with announced(settings, address), pytest.raises(LibraryInUseError, match="rag serve"), reached(settings):
        pass


@pytest.mark.usefixtures("hasty")
def test_where_nobody_listens_or_nobody_answers_it_is_soon_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "GREETING_SECONDS", 0.2)
    settings = settings_of(tmp_path)
    with address_of_a_full_house() as full, socket.create_server(("127.0.0.1", 0)) as silent:
        for address in (address_of_nothing(), full, f"http://127.0.0.1:{silent.getsockname()[1]}"):
            with announced(settings, address):
                started = time.monotonic()
                with pytest.raises(LibraryInUseError, match=address), reached(settings):
                    pass
                assert time.monotonic() - started < 10


def test_a_server_of_another_version_is_named(library: OpenLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "__version__", "9.9")
    with pytest.raises(LibraryError, match=r"this command is 9\.9") as caught, reached(library.settings):
        pass
    assert "9.9" in caught.value.ar


def test_a_folder_that_nobody_has_is_opened_here(tmp_path: Path) -> None:
    assert remote.find_server(settings_of(tmp_path)) is None
    with open_index(tmp_path, address=address_of_nothing()) as index:
        index.close()
        assert remote.find_server(settings_of(tmp_path)) is None


# What goes wrong on the way


@contextmanager
def server_that(*replies: bytes) -> Iterator[str]:
    """An address whose first client is told these, and then nothing; what comes after b"" is a goodbye."""
    done = threading.Event()

    def answer() -> None:
        with listening.accept()[0] as connection:
            connection.recv(65536)
            for reply in replies:
                connection.sendall(reply)
            if replies[-1:] != (b"",):
                done.wait(20)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=answer)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        done.set()
        thread.join()


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n"


def chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


ITEM = wire.item_line(TextDelta("نصف"))


@pytest.mark.parametrize(
    "replies",
    [
        (b"",),
        (HEAD, b""),
        (HEAD, chunk(ITEM), b""),
        (HEAD, chunk(ITEM), chunk(b'{"result": '), b"0\r\n\r\n", b""),
        (HEAD, chunk(b"\n"), b"0\r\n\r\n", b""),
        (HEAD, chunk(ITEM)),  # and then silence
        (),
    ],
)
def test_a_server_that_goes_away_or_falls_silent_is_one_sentence(
    tmp_path: Path, replies: tuple[bytes, ...]
) -> None:
    told: list[object] = []
    with (
        server_that(*replies) as address,
        httpx.Client(base_url=address, trust_env=False, timeout=0.5) as client,
    ):
        server = remote.Remote(client, Owner(77, "rag serve", "now", address, "t"), settings_of(tmp_path))
        with pytest.raises(LibraryError) as caught:
            server(Ask("x"), told.append)
    assert told == ([TextDelta("نصف")] if chunk(ITEM) in replies else [])
    for sentence in (caught.value.en, caught.value.ar):
        assert "rag serve" in sentence
        assert "77" in sentence


def test_the_token_is_for_the_user_alone_and_never_shown(library: OpenLibrary) -> None:
    owner = read_owner(library.settings.home)
    assert owner is not None
    assert len(owner.token) == 64
    assert owner.token not in repr(owner)
    file = library.settings.home / "owner.json"
    assert file.stat().st_mode & 0o077 == 0


def test_the_file_with_the_token_is_made_anew(tmp_path: Path) -> None:
    """A file that somebody could have opened before is not written to."""
    (tmp_path / "owner.tmp").touch(mode=0o666)
    with (tmp_path / "owner.tmp").open(encoding="utf-8") as left_behind, open_index(tmp_path) as index:
        index.announce("http://127.0.0.1:1", "a secret")
        assert left_behind.read() == ""
