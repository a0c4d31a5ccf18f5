"""Chats as the library keeps them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from rag.errors import LibraryError
from rag.index.chats import RATING_CHARACTERS, TITLE_CHARACTERS, shortened
from tests.index.building import ARABIC, document, open_index, put


def reply(said: str) -> dict[str, Any]:
    """An answer's JSON, as far as the library looks into it, and a citation."""
    return {"answer": said, "citations": [{"n": 1, "source": "أ.txt", "quote": '«نص» \\ "q"', "page": None}]}


def test_a_chat_comes_back_as_it_was_kept(tmp_path: Path) -> None:
    with open_index(tmp_path) as index:
        chat = index.chats.create("كم دولة شاركت؟")
        index.chats.append(chat, "كم دولة شاركت؟", reply("81 دولة [1]."))
        index.chats.append(chat, "and who chaired it?\n🎉", reply("Blinken [1]."))
        kept = index.chats.get(chat)
    assert [message.question for message in kept.messages] == ["كم دولة شاركت؟", "and who chaired it?\n🎉"]
    assert [message.answer for message in kept.messages] == [reply("81 دولة [1]."), reply("Blinken [1].")]
    assert (kept.info.id, kept.info.title, kept.info.messages) == (chat, "كم دولة شاركت؟", 2)
    assert kept.info.created_at < kept.messages[0].created_at < kept.messages[1].created_at
    assert kept.info.updated_at == kept.messages[1].created_at
    with open_index(tmp_path) as index:
        assert index.chats.get(chat) == kept


def test_the_chat_last_used_comes_first(tmp_path: Path) -> None:
    with open_index(tmp_path) as index:
        assert index.chats.list() == ()
        first, second, third = (index.chats.create(title) for title in "abc")
        assert [info.id for info in index.chats.list()] == [third, second, first]
        index.chats.append(first, "?", reply("!"))
        index.chats.rename(second, "B")
        listed = index.chats.list()
        assert [(info.id, info.title, info.messages) for info in listed] == [
            (first, "a", 1), (third, "c", 0), (second, "B", 0),
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("", {"rome", "port"}),
        ("  ", {"rome", "port"}),
        ("روما", {"rome"}),
        ("اِجتمـاع", {"rome"}),  # title, with tashkeel and tatweel
        ("ايطاليا روما", {"rome"}),  # an answer's word without its hamza, and a question's
        ("HARBOUR", {"port"}),
        ("harbour روما", set()),
        ("100%", set()),
        ("أ.txt", set()),  # a citation is not what was said
        ("٨١", {"rome"}),
    ],
)
def test_search_finds_every_word_in_any_spelling(tmp_path: Path, search: str, found: set[str]) -> None:
    with open_index(tmp_path) as index:
        names = {index.chats.create("اجتماع"): "rome", index.chats.create("The harbour"): "port"}
        rome, port = names
        index.chats.append(rome, "من حضر في روما؟", reply("حضرت إيطاليا و81 دولة"))
        index.chats.append(port, "When?", reply("In 1932."))
        assert {names[info.id] for info in index.chats.list(search)} == found


@pytest.mark.parametrize(
    "title",
    [
        "short",
        "كم دولة شاركت في الاجتماع الوزاري للتحالف الدولي ضد داعش الذي عُقد في روما؟",
        "How many countries attended the anti-ISIS coalition meeting that was held in Rome in June?",
        "x" * 500,
        " two\n lines ",
        "half \ud83d",
    ],
)
def test_titles_are_one_short_line(title: str) -> None:
    line = shortened(title)
    assert 0 < len(line) <= TITLE_CHARACTERS
    assert "\n" not in line
    assert line.encode("utf-8")
    assert line == " ".join(title.split()) or line.endswith("…") or "\ud83d" in title
    if " " in title.strip() and line.endswith("…"):
        assert title.startswith(line[:-1] + " ")


def test_renaming(tmp_path: Path) -> None:
    with open_index(tmp_path) as index:
        chat = index.chats.create("old")
        index.chats.rename(chat, "  اجتماع روما ")
        assert index.chats.get(chat).info.title == "اجتماع روما"
        with pytest.raises(LibraryError, match="title"):
            index.chats.rename(chat, "  ")


def test_a_chat_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with open_index(tmp_path) as index:
        for action in (
            lambda: index.chats.get("x1"),
            lambda: index.chats.append("x1", "?", reply("!")),
            lambda: index.chats.rename("x1", "t"),
            lambda: index.chats.delete("x1"),
        ):
            with pytest.raises(LibraryError, match=r"'x1'.*rag chats") as caught:
                action()
            assert "«x1»" in caught.value.ar
        assert index.chats.list() == ()


def test_half_characters_do_not_stop_a_chat(tmp_path: Path) -> None:
    with open_index(tmp_path) as index:
        chat = index.chats.create("\ud800")
        index.chats.append(chat, "\ud83d?", reply("\udce3"))
        assert index.chats.get(chat).messages[0].question == "\ufffd?"
        assert index.chats.get(chat).messages[0].answer["answer"] == "\ufffd"


def test_a_deleted_chat_leaves_no_text_on_disk(tmp_path: Path) -> None:
    """Of long and short answers, whose pages SQLite splits and moves as the chats grow."""

    def traces() -> list[str]:
        return [path.name for path in tmp_path.glob("library.sqlite*") if b"xylophone" in path.read_bytes()]

    with open_index(tmp_path) as index:
        kept, gone = index.chats.create("kept"), index.chats.create("the xylophone chat")
        for n in range(60):
            index.chats.append(kept, f"q{n}", reply("word " * (n * 37 % 900)))
            index.chats.append(gone, f"xylophone {n}?", reply("xylophone " * (n * 53 % 1500)))
        index.chats.rename(gone, "another xylophone title")
        assert traces()
        index.chats.delete(gone)
        assert traces() == []
        assert [info.id for info in index.chats.list()] == [kept]
        assert index.chats.get(kept).info.messages == 60
        index.rebuild()
    assert traces() == []


def test_rebuilding_and_another_model_lose_no_chat(tmp_path: Path) -> None:
    with open_index(tmp_path) as index:
        put(index, document("ar.txt", ARABIC))
        index.flush()
        chat = index.chats.create("t")
        index.chats.append(chat, "متى؟", reply("عام 1911"))
        before = index.chats.get(chat)
        index.rebuild()
        assert index.chats.get(chat) == before
        index.remove_source("ar.txt")
        assert index.chats.get(chat) == before
    with open_index(tmp_path, fingerprint="other", adopt=True) as index:
        index.rebuild()
        assert index.chats.get(chat) == before


def test_threads_add_to_one_chat_and_none_is_lost(tmp_path: Path) -> None:
    with open_index(tmp_path) as index, ThreadPoolExecutor(2) as pool:
        chat = index.chats.create("t")

        def talk(name: str) -> None:
            for n in range(25):
                index.chats.append(chat, f"{name}{n}", reply(name))
                index.chats.list("t")

        for done in [pool.submit(talk, name) for name in ("أ", "b")]:
            done.result()
        questions = [message.question for message in index.chats.get(chat).messages]
    assert len(questions) == 50
    for name in ("أ", "b"):
        assert [one for one in questions if one[0] == name] == [f"{name}{n}" for n in range(25)]


def test_a_full_disk_is_one_sentence_and_keeps_what_was_said(tmp_path: Path) -> None:
    with open_index(tmp_path) as index:
        chat = index.chats.create("t")
        index.chats.append(chat, "1", reply("kept"))
        connection = index._library._connection
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(LibraryError, match="disk"):
            index.chats.append(chat, "2", reply("word " * 20_000))
        assert [message.question for message in index.chats.get(chat).messages] == ["1"]


def test_a_closed_index_says_so(tmp_path: Path) -> None:
    index = open_index(tmp_path)
    index.close()
    with pytest.raises(RuntimeError, match="closed"):
        index.chats.list()


def test_a_question_is_kept_until_it_is_answered(tmp_path: Path) -> None:
    with open_index(tmp_path) as index:
        chat = index.chats.create("q")
        first, second = index.chats.ask(chat, "أولًا؟"), index.chats.ask(chat, "second?")
        assert first != second
        assert index.chats.append(chat, "أولًا؟", reply("1"), asked=first) == 0
        assert [asked.question for asked in index.chats.get(chat).unanswered] == ["second?"]
    with open_index(tmp_path) as index:  # as after a crash
        (asked,) = index.chats.get(chat).unanswered
        assert (asked.id, asked.question) == (second, "second?")
        third = index.chats.ask(chat, "second?", again=second)
        assert [asked.id for asked in index.chats.get(chat).unanswered] == [third]
        assert index.chats.append(chat, "second?", reply("2"), asked=third) == 1
        assert index.chats.get(chat).unanswered == ()
        index.chats.ask(chat, "never answered")
        index.chats.delete(chat)
        with pytest.raises(LibraryError, match="no chat"):
            index.chats.ask(chat, "?")


def test_an_answer_is_rated_and_the_rating_goes_with_it(tmp_path: Path) -> None:
    with open_index(tmp_path) as index:
        chat = index.chats.create("q")
        for n in range(2):
            index.chats.append(chat, f"{n}?", reply(str(n)))
        rated = index.chats.rate(chat, 1, True, "  جيد \n جدًّا ").rating
        assert rated is not None
        assert (rated.is_good, rated.word) == (True, "جيد جدًّا")
        assert [message.rating for message in index.chats.get(chat).messages] == [None, rated]
        assert index.chats.message(chat, 1).question == "1?"
        long = index.chats.rate(chat, 1, False, "x" * 9000).rating
        assert long is not None
        assert (long.is_good, len(long.word)) == (False, RATING_CHARACTERS)
        assert index.chats.rate(chat, 1, None).rating is None
        for unknown in ((chat, 2), ("0123456789", 0)):
            with pytest.raises(LibraryError, match="no longer kept"):
                index.chats.rate(*unknown, True)
