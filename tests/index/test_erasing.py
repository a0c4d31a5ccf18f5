"""True erasure: after it no byte of a source's text is in the data folder, not even in what crashes left."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rag.errors import LibraryError
from rag.index import Index
from rag.index.library import Library
from tests.index.building import document, open_index, put

RARE = "أبحر القبطان زرزور إلى جزيرة قنبلوط سنة ١٩٤٧."
RARE_ENGLISH = "Captain Zarzoor sailed to Qanbaloot in 1947."
SECRET = document("secret.txt", f"{RARE}\n\n{RARE_ENGLISH}")
OTHER = document("other.txt", "The library stays open. It has many books.")
WORDS = ("زرزور", "قنبلوط", "Zarzoor", "zarzoor", "Qanbaloot", "qanbaloot")


def _answer(*sources: str, text: str = "An answer.", quote: str = "") -> dict[str, Any]:
    """The parts of a kept answer that name sources and quote them."""
    citations = [{"n": 1, "source": source, "quote": quote, "also_in": []} for source in sources]
    return {"answer": text, "claims": [{"text": text}], "citations": citations, "nearest": []}


def _left(home: Path) -> list[tuple[str, str, str]]:
    """Where a rare word still stands, in any encoding that a store might use."""
    return [
        (path.relative_to(home).as_posix(), word, encoding)
        for path in home.rglob("*")
        if path.is_file()
        for word in WORDS
        for encoding in ("utf-8", "utf-16-le", "utf-16-be")
        if word.encode(encoding) in path.read_bytes()
    ]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A library with the source, changed and searched once, a backup of it, and what an attempt at a rebuild left."""
    with open_index(tmp_path) as index:
        put(index, SECRET)
        put(index, OTHER)
        index.flush()
        put(index, document("secret.txt", f"{RARE}\n\n{RARE_ENGLISH}\n\nA third sentence."))
        index.flush()
    shutil.copyfile(tmp_path / "library.sqlite", tmp_path / "library.sqlite.v2-backup")
    (tmp_path / "rebuild" / "0123").mkdir(parents=True)
    shutil.copyfile(tmp_path / "library.sqlite", tmp_path / "rebuild" / "0123" / "library.sqlite")
    assert {path for path, _, _ in _left(tmp_path)} >= {"library.sqlite", "library.sqlite.v2-backup"}
    return tmp_path


def test_no_byte_is_left(home: Path) -> None:
    with open_index(home) as index:
        index.erase(["secret.txt"])
        assert _left(home) == []
        assert [source.source for source in index.sources()] == ["other.txt"]
        assert index.count() == 1
        assert index.keyword_search("stems", ["librari"], 5)
    assert _left(home) == []


def test_answers_that_quote_it_go_and_others_stay(home: Path) -> None:
    with open_index(home) as index:
        chats = index.chats
        names, words, innocent, mixed = (chats.create(title) for title in ("1", "2", "3", f"What of {RARE}?"))
        chats.append(names, "Who sailed?", _answer("other.txt", "secret.txt", quote=RARE))
        # A source may have had another name when it was quoted.
        chats.append(words, "من أبحر؟", _answer("formerly.txt", text=RARE))
        chats.append(innocent, "Is it open?", _answer("other.txt", text="The library stays open."))
        chats.append(mixed, f"What of {RARE}", _answer("other.txt"))
        chats.append(mixed, "And the books?", _answer("other.txt"))
        assert index.quoting(["secret.txt"]) == 3
        assert index.quoting(["other.txt"]) == 4
        index.erase(["secret.txt"])
        kept = {info.id: chats.get(info.id) for info in chats.list()}
        assert set(kept) == {innocent, mixed}
        assert [message.question for message in kept[mixed].messages] == ["And the books?"]
        assert kept[mixed].info.title == "And the books?"
        assert index.quoting(["other.txt"]) == 2
    assert _left(home) == []


def test_what_a_crash_cuts_short_is_done_at_the_next_opening(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for moment in ("remove_sources", "compact", "end_erasing"):
        with open_index(home) as index:
            if not index.sources()[-1].source.startswith("secret"):
                put(index, SECRET)
                index.flush()
        with monkeypatch.context() as patched, open_index(home) as index:

            def crash(*_: object) -> None:
                raise KeyboardInterrupt

            patched.setattr(Library, moment, crash)
            with pytest.raises(KeyboardInterrupt):
                index.erase(["secret.txt"])
        with open_index(home) as index:
            assert [source.source for source in index.sources()] == ["other.txt"]
        assert _left(home) == [], moment


def test_no_room_to_erase_does_not_lock_the_library(
    home: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(_: Library) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Library, "compact", full)
        with open_index(home) as index, pytest.raises(LibraryError, match="full"):
            index.erase(["secret.txt"])
        with open_index(home) as index:
            assert index.keyword_search("stems", ["librari"], 5)
        assert "could not be erased yet" in caplog.text
    open_index(home).close()
    assert _left(home) == []


@pytest.fixture
def opened(home: Path) -> Iterator[Index]:
    with open_index(home) as index:
        yield index


def test_an_unknown_source_erases_nothing(opened: Index) -> None:
    for ask in (opened.quoting, opened.erase):
        with pytest.raises(LibraryError, match=r"gone\.txt"):
            ask(["secret.txt", "gone.txt"])
    assert len(opened.sources()) == 2


def test_questions_without_an_answer_and_remarks_that_quote_it_go_too(home: Path) -> None:
    with open_index(home) as index:
        only = index.chats.create(RARE)
        index.chats.ask(only, RARE)
        kept = index.chats.create("Other things")
        index.chats.append(kept, "Is it open?", _answer("other.txt"))
        index.chats.append(kept, "Is it large?", _answer("other.txt"))
        index.chats.rate(kept, 1, False, f"It should say: {RARE_ENGLISH}")
        index.chats.ask(kept, "What else?")
        index.erase(["secret.txt"])
        assert [info.id for info in index.chats.list()] == [kept]
        chat = index.chats.get(kept)
        assert [message.question for message in chat.messages] == ["Is it open?"]
        assert [asked.question for asked in chat.unanswered] == ["What else?"]
        assert chat.info.title == "Other things"
    assert _left(home) == []
