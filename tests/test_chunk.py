"""Passages: offsets that hold, budgets that are kept, boundaries where a reader would put them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.chunk import chunk_document
from rag.load.furniture import find_furniture
from rag.load.plain import read_plain
from rag.schema import Document, Page, Passage, Sentence, Span

ROOT = Path(__file__).resolve().parents[1]
GOLDEN = ROOT / "tests" / "golden"


def count_words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def count_characters(texts: Sequence[str]) -> list[int]:
    """A token is four characters, as in Arabic news with the bundled model."""
    return [-(-len(text) // 4) for text in texts]


def document_of(*pages: Page) -> Document:
    return Document("a.txt", "Title", "Headline", pages, "en", "text/plain")


def chunk(
    text: str, max_tokens: int, overlap_sentences: int = 0, furniture: tuple[Span, ...] = ()
) -> list[Passage]:
    return chunk_document(
        document_of(Page(text, furniture=furniture)),
        count_tokens=count_words,
        max_tokens=max_tokens,
        overlap_sentences=overlap_sentences,
    )


def texts(passages: list[Passage]) -> list[str]:
    return [passage.text for passage in passages]


def test_a_passage_carries_what_a_reader_needs() -> None:
    page = Page("  قال الوزير نعم. ثم خرج.\n", number=3)
    (passage,) = chunk_document(document_of(page), count_tokens=count_words)
    assert (passage.source, passage.title, passage.headline, passage.page) == (
        "a.txt",
        "Title",
        "Headline",
        3,
    )
    assert (passage.start, passage.end, passage.text) == (2, 25, "قال الوزير نعم. ثم خرج.")
    assert [sentence.text for sentence in passage.sentences] == ["قال الوزير نعم.", "ثم خرج."]
    assert passage.language == "ar"
    assert len(passage.id) == 16
    assert int(passage.id, 16) >= 0


def test_ids_depend_on_source_page_offsets_and_text_alone() -> None:
    page = Page("One two three.", number=1)
    base = document_of(page)
    variants = [
        base,
        Document("b.txt", "Title", "Headline", (page,), "en", "text/plain"),
        document_of(Page(page.text, number=2)),
        document_of(Page(" " + page.text, number=1)),
        document_of(Page("One two  three.", number=1)),
    ]
    ids = [chunk_document(variant, count_tokens=count_words)[0].id for variant in variants]
    assert len(set(ids)) == len(ids)
    same = Document("a.txt", "Other title", "", (page,), "ar", "text/html")
    assert chunk_document(same, count_tokens=count_words)[0].id == ids[0]


ONE = "This is one."
TWO = "That was two."
SIX = "These are six words in all."
TEN = "Here we have ten words, and one more for luck."


@pytest.mark.parametrize(
    ("text", "max_tokens", "overlap", "passages"),
    [
        pytest.param(f"{ONE} {TWO} {ONE}", 6, 0, [f"{ONE} {TWO}", ONE], id="budget"),
        pytest.param(
            "أكد ذلك أمس. نفى ذلك اليوم.", 3, 0, ["أكد ذلك أمس.", "نفى ذلك اليوم."], id="Arabic budget"
        ),
        pytest.param(
            f"{SIX} {ONE} {TWO} {SIX}",
            12,
            1,
            [f"{SIX} {ONE} {TWO}", f"{TWO} {SIX}"],
            id="one sentence of overlap",
        ),
        pytest.param(f"{SIX} {ONE} {TWO} {SIX}", 18, 2, [f"{SIX} {ONE} {TWO} {SIX}"], id="all in one"),
        pytest.param(
            f"{SIX} {ONE} {TWO} {ONE} {SIX}",
            18,
            2,
            [f"{SIX} {ONE} {TWO} {ONE}", f"{TWO} {ONE} {SIX}"],
            id="two sentences of overlap",
        ),
        pytest.param(
            f"{ONE} {SIX} {TWO} {SIX}",
            9,
            1,
            [f"{ONE} {SIX}", f"{TWO} {SIX}"],
            id="overlap is at most a third",
        ),
        pytest.param(f"{SIX} {ONE} {TEN}", 12, 1, [f"{SIX} {ONE}", TEN], id="no overlap that leaves no room"),
        pytest.param(
            f"{ONE}\n\n{TWO}\n\n{ONE} {TWO}\n\n{ONE}",
            10,
            0,
            [f"{ONE}\n\n{TWO}", f"{ONE} {TWO}\n\n{ONE}"],
            id="back to a paragraph's end",
        ),
        pytest.param(
            f"{ONE}\n\n{TWO} {ONE} {SIX}",
            10,
            0,
            [f"{ONE}\n\n{TWO} {ONE}", SIX],
            id="not to one that is too early",
        ),
        pytest.param(
            f"{ONE} {TWO}\n{ONE} {TWO}",
            10,
            0,
            [f"{ONE} {TWO}", f"{ONE} {TWO}"],
            id="lines are paragraphs where no line is blank",
        ),
        pytest.param(f"{TEN} {TEN} Done.", 20, 0, [f"{TEN} {TEN} Done."], id="a tiny tail joins"),
        pytest.param(f"{TEN} {TEN} {ONE}", 20, 0, [f"{TEN} {TEN}", ONE], id="a longer tail does not"),
        pytest.param(
            "Red fox, old dog, new cat.", 2, 0, ["Red fox,", "old dog,", "new cat."], id="cut at clauses"
        ),
        pytest.param(
            "قال الوزير، إن بلاده ستواصل العمل هناك معهم.",
            3,
            0,
            ["قال الوزير، إن", "بلاده ستواصل العمل", "هناك معهم."],
            id="then between words",
        ),
        pytest.param("Costs 1,000 today", 2, 0, ["Costs 1,000", "today"], id="not inside numbers"),
        pytest.param("* * *\n\n!!!\n", 5, 0, [], id="nothing to read"),
        pytest.param("", 5, 0, [], id="empty"),
    ],
)
def test_boundaries(text: str, max_tokens: int, overlap: int, passages: list[str]) -> None:
    assert texts(chunk(text, max_tokens, overlap)) == passages


def test_furniture_is_in_no_passage_and_ends_one() -> None:
    text = f"{ONE} {TWO}\n\nShare this:\n\n{SIX}\nBack to top\n"
    passages = chunk(text, 50, 1, find_furniture(text))
    assert texts(passages) == [f"{ONE} {TWO}", SIX]


def test_a_long_run_of_signs_ends_a_passage_and_a_short_one_does_not() -> None:
    assert texts(chunk(f"{ONE}\n\n* * *\n\n{TWO}", 30)) == [f"{ONE}\n\n* * *\n\n{TWO}"]
    assert texts(chunk(f"{ONE}\n\n{'* ' * 20}\n\n{TWO}", 30)) == [ONE, TWO]


def test_a_passage_never_leaves_its_page() -> None:
    document = document_of(Page("Aa b.", number=1), Page("", number=2), Page("Cc d.", number=3))
    passages = chunk_document(document, count_tokens=count_words)
    assert [(passage.page, passage.start, passage.text) for passage in passages] == [
        (1, 0, "Aa b."),
        (3, 0, "Cc d."),
    ]


def test_tokens_are_counted_in_one_call_a_page() -> None:
    calls: list[int] = []

    def count(batch: Sequence[str]) -> list[int]:
        calls.append(len(batch))
        return count_words(batch)

    text = f"{ONE} {TWO} {SIX}\n\nShare this:\n\n{ONE}"
    document = document_of(Page(text, 1, find_furniture(text)), Page(f"{ONE} {TWO}", 2))
    chunk_document(document, count_tokens=count, max_tokens=6)
    assert calls == [4, 2]


@pytest.mark.parametrize("unit", ["a", "م", "مَ", "e\u0301", "👩\u200d👧ا", "ب\u200d"])
def test_text_without_any_space_is_cut_by_characters(unit: str) -> None:
    text = unit * (500_000 // len(unit))
    passages = chunk_document(document_of(Page(text)), count_tokens=count_characters, max_tokens=99)
    sentences = [sentence.text for passage in passages for sentence in passage.sentences]
    assert "".join(sentences) == text
    assert max(count_characters(sentences)) <= 99
    # A chain of letters that all join has no good place; the others keep marks and joiners with their letter.
    if unit != "ب\u200d":
        assert not any(sentence.startswith(("\u064e", "\u0301", "\u200d", "👧")) for sentence in sentences)


def test_a_character_beyond_the_budget_stays_whole() -> None:
    passages = chunk_document(
        document_of(Page("ab")), count_tokens=lambda batch: [5] * len(batch), max_tokens=1
    )
    assert texts(passages) == ["a", "b"]


@pytest.mark.parametrize(("max_tokens", "overlap_sentences"), [(0, 1), (-1, 0), (10, -1)])
def test_impossible_budgets_are_refused(max_tokens: int, overlap_sentences: int) -> None:
    with pytest.raises(ValueError, match="max_tokens"):
        chunk("text", max_tokens, overlap_sentences)


# Documents as they come: both scripts, digits of both, marks, quotes, emoji, line ends, and lines of furniture.
_WORDS = st.sampled_from(
    [
        "قال",
        "الوزير",
        "مُحَمَّدٌ",
        "ـ",
        "the",
        "minister",
        "U.S.",
        "3.4",
        "٢٠٢١",
        "1,000",
        "“نعم”",
        '"no"',
        "👩‍👩‍👧",
        "é",
        "e\u0301",
    ]
)
_ENDS = st.sampled_from([".", "؟", "!", "…", "،", " ,", ";", ":", "", ".”", " "])
_BREAKS = st.sampled_from([" ", " ", "\n", "\r\n", "\n\n", "\r\n\r\n", "\u00a0", "  ", "\u2028", "\u200f"])
_FURNITURE = st.sampled_from(
    ["\nمشاركة على:\n", "\nShare this\n", "\nاقرأ أيضا: خبر\n", "\n* * *\n", "\n-----------\n"]
)
_SENTENCES = st.tuples(st.lists(_WORDS, min_size=1, max_size=12).map(" ".join), _ENDS, _BREAKS).map("".join)
_TEXTS = st.lists(
    st.one_of(_SENTENCES, _SENTENCES, _SENTENCES, _FURNITURE, st.text(max_size=20)), max_size=40
).map("".join)


@given(text=_TEXTS, max_tokens=st.integers(3, 60), overlap_sentences=st.integers(0, 3))
@settings(max_examples=200, deadline=None)
def test_whatever_the_text_offsets_hold_and_nothing_is_lost(
    text: str, max_tokens: int, overlap_sentences: int
) -> None:
    furniture = find_furniture(text)
    passages = chunk(text, max_tokens, overlap_sentences, furniture)
    sentences = [sentence for passage in passages for sentence in passage.sentences]

    parts: list[Passage | Sentence] = [*passages, *sentences]
    for part in parts:
        assert part.text == text[part.start : part.end]
        assert part.text == part.text.strip() != ""
        assert not any(part.start < span.end and span.start < part.end for span in furniture)
    covered = {place for sentence in sentences for place in range(sentence.start, sentence.end)}
    hidden = {place for span in furniture for place in range(span.start, span.end)}
    assert {place for place, character in enumerate(text) if character.isalnum()} <= covered | hidden

    for passage in passages:
        assert passage.start == passage.sentences[0].start
        assert passage.end == passage.sentences[-1].end
        assert all(left.end <= right.start for left, right in pairwise(passage.sentences))
        assert count_words([passage.text])[0] <= max_tokens * 1.2
    for left, right in pairwise(passages):
        assert left.start < right.start
        assert left.end < right.end
        shared = [sentence for sentence in right.sentences if sentence.start < left.end]
        assert len(shared) <= overlap_sentences
        assert len(shared) < len(right.sentences)
    assert len({passage.id for passage in passages}) == len(passages)


def _readable(document: Document) -> str:
    """Passages and furniture of a document for eyes: one sentence a line, "+" where it repeats the passage before."""
    lines = [f"title: {document.title}", f"headline: {document.headline}"]
    (page,) = document.pages
    lines += [
        f"furniture {span.start}-{span.end}: {page.text[span.start : span.end]}" for span in page.furniture
    ]
    end = 0
    for passage in chunk_document(document, count_tokens=count_characters):
        tokens = sum(count_characters([sentence.text for sentence in passage.sentences]))
        lines.append(f"\npassage {passage.start}-{passage.end}, {tokens} tokens, {passage.language}")
        for sentence in passage.sentences:
            lines.append(f"{'+' if sentence.start < end else '-'} {sentence.text}")
        end = passage.end
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("number", ["001", "003"])
def test_boundaries_in_the_seeds_stay_as_reviewed(number: str) -> None:
    """Set UPDATE_GOLDEN=1 to write the files anew after a change, and read the difference."""
    seed = next((ROOT / "seeds").glob(f"{number}_*.txt"))
    readable = _readable(read_plain(seed.read_bytes(), source=seed.name))
    golden = GOLDEN / f"chunks_{number}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(readable, encoding="utf-8", newline="\n")
    assert readable == golden.read_text(encoding="utf-8")
