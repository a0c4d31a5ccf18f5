"""The documents that a chat is limited to."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.errors import LibraryError
from rag.index import Choice, PassageKeys, Replacement
from tests.index.building import ARABIC, ENGLISH, document, open_index, passages_of, put, stat_of


def test_a_choice_is_kept_with_its_chat_and_restored(tmp_path: Path) -> None:
    with open_index(tmp_path) as index:
        put(index, document("ar.txt", ARABIC))
        put(index, document("en.txt", ENGLISH))
        chat, other = index.chats.create("a"), index.chats.create("b")
        assert index.chats.choice(chat) == Choice()
        index.chats.choose(chat, ["en.txt", "ar.txt", "en.txt"])
    with open_index(tmp_path) as index:
        assert index.chats.choice(chat) == Choice(("ar.txt", "en.txt"))
        assert index.chats.choice(other) == Choice()
        index.chats.choose(chat, ["ar.txt"])
        index.remove_source("ar.txt")
        assert index.chats.choice(chat) == Choice((), ("ar.txt",))
        put(index, document("ar.txt", ARABIC))
        assert index.chats.choice(chat) == Choice(("ar.txt",))
        index.chats.choose(chat, [])
        assert index.chats.choice(chat) == Choice()
        with pytest.raises(LibraryError, match="no chat 'nowhere'"):
            index.chats.choose("nowhere", ["ar.txt"])


def test_a_choice_goes_with_its_chat_and_follows_a_document_that_moves(tmp_path: Path) -> None:
    with open_index(tmp_path) as index:
        put(index, document("a.txt", ARABIC))
        chat = index.chats.create("a")
        index.chats.choose(chat, ["a.txt"])
        moved = document("b.txt", ARABIC)
        passages = passages_of(moved)
        keys = [
            PassageKeys(
                index.embedding_key(one.text),
                tuple(index.embedding_key(sentence.text) for sentence in one.sentences),
            )
            for one in passages
        ]
        index.replace_sources([Replacement(moved, stat_of(moved), passages, keys, formerly="a.txt")])
        assert index.chats.choice(chat) == Choice(("b.txt",))
        index.chats.delete(chat)
        assert index.chats.choice(chat) == Choice()
