from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rag import text
from rag.errors import LibraryError, LibraryMismatchError, LoadError
from rag.index import PassageKeys, peek
from rag.index.database import VERSION
from rag.schema import Span
from tests.index.building import (
    ARABIC,
    EMBEDDER,
    ENGLISH,
    FINGERPRINT,
    document,
    found,
    open_index,
    passages_of,
    put,
    stat_of,
)


def test_passages_come_back_exactly(tmp_path: Path) -> None:
    documents = [
        document("ar.txt", ARABIC, headline="سيرة"),
        document("en.pdf", ENGLISH, "Page two.", numbered=True),
    ]
    with open_index(tmp_path) as index:
        written = [passage for doc in documents for passage in put(index, doc)]
        index.flush()
    with open_index(tmp_path) as index:
        ids = [passage.id for passage in written]
        assert index.passages(list(reversed(ids))) == list(reversed(written))
        assert index.passages(["unknown", ids[0], "غير معروف"]) == [written[0]]
        assert index.count() == len(written) == 5
        assert [index.document(doc.source) for doc in documents] == documents
        for passage in written:
            page = index.page_text(passage.source, passage.page)
            assert page[passage.start : passage.end] == passage.text
            assert [page[s.start : s.end] for s in passage.sentences] == [s.text for s in passage.sentences]


def test_vectors_come_back_in_the_order_of_the_sentences(tmp_path: Path) -> None:
    with open_index(tmp_path) as index:
        written = put(index, document("ar.txt", ARABIC))
        ids = [passage.id for passage in written]
        sentences, whole = index.sentence_vectors([*ids, "unknown"]), index.passage_vectors([*ids, "unknown"])
    assert set(sentences) == set(whole) == set(ids)
    for passage in written:
        expected = EMBEDDER.embed_passages([s.text for s in passage.sentences])
        assert sentences[passage.id].dtype == np.float32
        np.testing.assert_array_equal(sentences[passage.id], expected)
        np.testing.assert_array_equal(whole[passage.id], EMBEDDER.embed_passages([passage.text])[0])


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("أين وُلد نجيب محفوظ؟", "وُلد نجيب محفوظ"),
        ("كتب بين القصرين وقصر الشوق", "كتب الثلاثية"),
        ("Where is the capital of Egypt?", "Cairo is the capital"),
        ("ships of Alexandria", "Alexandria is a port"),
    ],
)
def test_both_searches_find_the_passage(tmp_path: Path, question: str, expected: str) -> None:
    with open_index(tmp_path) as index:
        put(index, document("ar.txt", ARABIC))
        put(index, document("en.txt", ENGLISH))
        index.flush()
        near, words = found(index, question)
        for ids in (near, words):
            assert index.passages(ids)[0].text.startswith(expected)


def test_similarity_is_the_cosine_and_language_filters(tmp_path: Path) -> None:
    with open_index(tmp_path) as index:
        written = put(index, document("ar.txt", ARABIC)) + put(index, document("en.txt", ENGLISH))
        index.flush()
        query = EMBEDDER.embed_queries(["Cairo is the capital of Egypt"])[0]
        expected = {one.id: float(EMBEDDER.embed_passages([one.text])[0] @ query) for one in written}
        hits = index.nearest(query, 10)
        assert dict(hits) == pytest.approx(expected, abs=1e-5)
        assert hits == sorted(hits, key=lambda hit: -hit[1])
        for language in ("ar", "en"):
            own = {one.id for one in written if one.language == language}
            assert {passage_id for passage_id, _ in index.nearest(query, 10, language)} == own
        assert index.nearest(query, 1) == hits[:1]


def test_language_means_follow_what_is_added_replaced_and_removed(tmp_path: Path) -> None:
    with open_index(tmp_path) as index:
        assert index.language_means() == {}
        documents = [document("ar.txt", ARABIC), document("en.txt", ENGLISH)]
        written = {doc.language: put(index, doc) for doc in documents}
        means = index.language_means()
        assert {language: count for language, (_, count) in means.items()} == {"ar": 2, "en": 2}
        for language, (mean, _) in means.items():
            vectors = EMBEDDER.embed_passages([one.text for one in written[language]])
            np.testing.assert_allclose(mean, vectors.mean(axis=0), atol=1e-6)
        put(index, document("en.txt", "Tripoli lies by the sea."))
        mean, count = index.language_means()["en"]
        assert count == 1
        np.testing.assert_allclose(mean, EMBEDDER.embed_passages(["Tripoli lies by the sea."])[0], atol=1e-6)
        index.remove_source("ar.txt")
        assert set(index.language_means()) == {"en"}


def test_a_source_that_changes_its_language_moves_from_one_search_to_the_other(tmp_path: Path) -> None:
    with open_index(tmp_path) as index:
        put(index, document("a.txt", ARABIC))
        index.flush()
        english = put(index, document("a.txt", ENGLISH))
        index.flush()
        query = EMBEDDER.embed_queries(["Cairo"])[0]
        assert index.nearest(query, 10, "ar") == []
        assert {passage_id for passage_id, _ in index.nearest(query, 10, "en")} == {one.id for one in english}


def test_keywords_within_some_sources(tmp_path: Path) -> None:
    with open_index(tmp_path) as index:
        put(index, document("a.txt", "Cairo lies on the Nile."))
        (wanted,) = put(index, document("b.txt", "The Nile is long."))
        index.flush()
        ids = index.passage_ids(["b.txt", "unknown.txt"])
        assert ids == [wanted.id]
        stems = text.stems("Nile")
        assert len(index.keyword_search("stems", stems, 9)) == 2
        assert [passage_id for passage_id, _ in index.keyword_search("stems", stems, 9, ids)] == ids
        assert index.keyword_search("stems", stems, 9, []) == []


def test_an_empty_library_answers_with_nothing(tmp_path: Path) -> None:
    with open_index(tmp_path) as index:
        assert found(index, "من هو؟") == ([], [])
        assert index.count() == 0
        assert index.sources() == []
        assert index.document_frequency("stems", "كتب") == 0


def test_replacing_keeps_one_copy(tmp_path: Path) -> None:
    with open_index(tmp_path) as index:
        put(index, document("a.txt", ENGLISH))
        put(index, document("b.txt", ARABIC))
        index.flush()
        written = put(index, document("a.txt", "Tripoli is the capital of Libya."))
        index.flush()
        assert [info.source for info in index.sources()] == ["a.txt", "b.txt"]
        assert index.passages(found(index, "Tripoli")[1]) == written
        assert found(index, "Alexandria port ships")[1] == []
        assert index.count() == len(found(index, "anything")[0]) == 3


def test_what_did_not_change_stays_where_it_is(tmp_path: Path) -> None:
    with open_index(tmp_path) as index:
        put(index, document("a.txt", ENGLISH))
        index.flush()
        put(index, document("a.txt", ENGLISH + "\n\nA new end."))
        pending = index._library.outbox.pending("chroma", 100)
        assert [one.text for one in index.passages(pending)] == ["A new end."]


def test_a_changed_headline_reaches_the_keywords(tmp_path: Path) -> None:
    with open_index(tmp_path) as index:
        put(index, document("a.txt", ENGLISH, headline="Harbours"))
        index.flush()
        assert len(found(index, "harbours")[1]) == 2
        put(index, document("a.txt", ENGLISH, headline="Deserts"))
        index.flush()
        assert (len(found(index, "harbours")[1]), len(found(index, "deserts")[1])) == (0, 2)


def test_removing(tmp_path: Path) -> None:
    with open_index(tmp_path) as index:
        put(index, document("a.txt", ENGLISH))
        kept = put(index, document("ب.txt", ARABIC))
        index.flush()
        assert index.remove_source("a.txt")
        assert not index.remove_source("a.txt")
        # At once, although the stores have yet to follow.
        assert set(found(index, "capital of Egypt")[0]) == {one.id for one in kept}
        assert found(index, "capital of Egypt")[1] == []
        index.flush()
        assert list(index.stats()) == ["ب.txt"]
        with pytest.raises(LibraryError, match=r"a\.txt"):
            index.page_text("a.txt", None)


def test_equal_texts_are_embedded_once_and_moved_ones_not_again(tmp_path: Path) -> None:
    with open_index(tmp_path) as index:
        put(index, document("a.txt", ENGLISH))
        keys = [
            index.embedding_key(s.text)
            for one in passages_of(document("a.txt", ENGLISH))
            for s in one.sentences
        ]
        assert index.missing_embeddings([*keys, b"new", b"new"]) == [b"new"]
        # The file is renamed: between removal and arrival nothing names the vectors, and they are still there.
        index.remove_source("a.txt")
        assert index.missing_embeddings(keys) == []
        put(index, document("b.txt", ENGLISH))
        assert index.discard_unused_embeddings() == 0
        index.remove_source("b.txt")
        assert index.discard_unused_embeddings() == 6
        assert index.missing_embeddings(keys) == keys


def test_sources_and_stats(tmp_path: Path) -> None:
    doc = document("ar.txt", ARABIC, ENGLISH, numbered=True)
    with open_index(tmp_path) as index:
        put(index, doc)
        (info,) = index.sources()
        assert index.stats() == {"ar.txt": stat_of(doc)}
    assert (info.source, info.title, info.language) == ("ar.txt", "title of ar.txt", "ar")
    assert (info.pages, info.passages, info.characters) == (2, 4, len(ARABIC) + len(ENGLISH))
    assert info.added_at.endswith("+00:00")


def test_furniture_and_pages_without_number_survive(tmp_path: Path) -> None:
    doc = document("a.txt", "One thing. Share!", "Another thing.")
    doc = replace(doc, pages=(replace(doc.pages[0], furniture=(Span(11, 17),)), doc.pages[1]))
    with open_index(tmp_path) as index:
        written = put(index, doc)
        assert index.document("a.txt") == doc
        assert index.passages([one.id for one in written]) == written


@pytest.mark.parametrize(
    "question",
    [
        'stems:("',
        "a AND (b OR",
        "passage_id:*",
        "+نجيب -محفوظ",
        '"القاهرة',
        "[1 TO 2}",
        "\\",
        "^2~",
        "*:*",
        "  ",
        "\ud83d",
    ],
)
def test_query_text_is_never_syntax(tmp_path: Path, question: str) -> None:
    with open_index(tmp_path) as index:
        put(index, document("ar.txt", ARABIC))
        index.flush()
        assert index.keyword_search("stems", [question], 5) == []
        assert index.document_frequency("stems", question) == 0
        words = [*text.stems("نجيب"), question]
        assert len(index.keyword_search("stems", words, 5)) == 1


def test_passages_must_quote_their_document(tmp_path: Path) -> None:
    doc = document("a.txt", ENGLISH)
    with open_index(tmp_path) as index:
        first = put(index, doc)[0]
        keys = PassageKeys(
            index.embedding_key(first.text), tuple(index.embedding_key(s.text) for s in first.sentences)
        )
        for wrong, reason in [
            (replace(first, start=1), "not in the text"),
            (replace(first, page=3), "not in the text"),
            (
                replace(first, sentences=(replace(first.sentences[0], text="Other."), first.sentences[1])),
                "not in",
            ),
            (replace(first, sentences=()), "shorter|longer"),
        ]:
            with pytest.raises(ValueError, match=reason):
                index.replace_source(doc, stat_of(doc), [wrong], [keys])
        with pytest.raises(ValueError, match="same id"):
            index.replace_source(doc, stat_of(doc), [first, first], [keys, keys])
        with pytest.raises(ValueError, match="no vector"):
            index.replace_source(doc, stat_of(doc), [first], [PassageKeys(b"?", keys.sentences)])
        assert index.count() == 2


def test_half_characters_are_refused_in_a_sentence(tmp_path: Path) -> None:
    doc = document("\udce3.txt", ENGLISH)
    with open_index(tmp_path) as index:
        with pytest.raises(LoadError, match=r"'\?\.txt'"):
            put(index, doc)
        assert index.sources() == []


def test_another_fingerprint_is_refused_and_both_are_named(tmp_path: Path) -> None:
    with open_index(tmp_path) as index:
        put(index, document("a.txt", ENGLISH))
    with pytest.raises(LibraryMismatchError) as caught:
        open_index(tmp_path, fingerprint="bge-m3 | 1 paragraph", dimension=1024)
    for sentence in (caught.value.en, caught.value.ar):
        for part in (FINGERPRINT, "bge-m3 | 1 paragraph", "rag rebuild"):
            assert part in sentence
    with open_index(tmp_path) as index:
        assert index.count() == 2


def test_rebuild_changes_nothing_and_leaves_no_trace_of_the_removed(tmp_path: Path) -> None:
    with open_index(tmp_path) as index:
        put(index, document("a.txt", "The secret word is xylophone."))
        put(index, document("b.txt", ARABIC))
        index.flush()
        index.remove_source("a.txt")
        index.flush()
        before = found(index, "نجيب محفوظ")
        index.rebuild()
        assert found(index, "نجيب محفوظ") == before
    assert b"xylophone" not in b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for store in ("chroma", "keywords"):
        assert len(list((tmp_path / store).iterdir())) == 1


def test_many_random_changes_leave_everything_in_step(tmp_path: Path) -> None:
    generator = random.Random(11)
    words = ["القاهرة", "النيل", "مصر", "كتاب", "علم", "Cairo", "Nile", "book", "science", "1988", "١٩١١"]
    expected: dict[str, str] = {}
    index = open_index(tmp_path)
    for _ in range(60):
        source = f"{generator.randrange(8)}.txt"
        action = generator.random()
        if action < 0.6:
            sentences = [
                " ".join(generator.choices(words, k=5)) + "." for _ in range(generator.randrange(1, 6))
            ]
            expected[source] = generator.choice((" ", "\n")).join(sentences)
            put(index, document(source, expected[source]))
        elif action < 0.8:
            assert index.remove_source(source) == (expected.pop(source, None) is not None)
        elif action < 0.9:
            index.flush()
        else:
            index.close()
            index = open_index(tmp_path)
    index.flush()
    passages = {
        one.id: one for source, body in expected.items() for one in passages_of(document(source, body))
    }
    assert index.count() == len(passages) > 0
    assert {one.id: one for one in index.passages(list(passages))} == passages
    query = EMBEDDER.embed_queries(["كتاب Cairo"])[0]
    similar = {one.id: float(EMBEDDER.embed_passages([one.text])[0] @ query) for one in passages.values()}
    assert dict(index.nearest(query, 200)) == pytest.approx(similar, abs=1e-5)
    holding = {
        one.id for one in passages.values() if set(text.stems("كتاب Cairo")) & set(text.stems(one.text))
    }
    assert {
        passage_id for passage_id, _ in index.keyword_search("stems", text.stems("كتاب Cairo"), 200)
    } == holding
    index.close()


def test_threads_ask_while_documents_come_in(tmp_path: Path) -> None:
    with open_index(tmp_path) as index, ThreadPoolExecutor(8) as pool:
        put(index, document("ar.txt", ARABIC))
        index.flush()
        asked = [pool.submit(found, index, "نجيب محفوظ القاهرة") for _ in range(40)]
        for number in range(20):
            put(index, document(f"{number}.txt", ENGLISH.replace("Egypt", f"Egypt {number}")))
            index.flush()
        for answer in asked:
            near, words = answer.result()
            assert index.passages(words)[0].text.startswith("وُلد نجيب محفوظ")
            assert words[0] in near


def test_peek_needs_neither_lock_nor_chroma(tmp_path: Path) -> None:
    assert peek(tmp_path) is None
    with open_index(tmp_path) as index:
        put(index, document("a.txt", ENGLISH))
        while_open = peek(tmp_path)
    closed = peek(tmp_path)
    for summary in (while_open, closed):
        assert summary is not None
        assert (summary.version, summary.fingerprint) == (VERSION, FINGERPRINT)
        assert (summary.sources, summary.passages, summary.sentences, summary.stale_sources) == (1, 2, 4, 0)


def test_a_closed_index_says_so(tmp_path: Path) -> None:
    index = open_index(tmp_path)
    index.close()
    index.close()
    with pytest.raises(RuntimeError, match="closed"):
        index.count()
