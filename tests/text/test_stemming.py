"""Stems, and the words that are left out of them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from rag.text import normalise, stem, stems, words


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("كتاب", "كتاب"),
        ("والكتاب", "كتاب"),
        ("الكتاب", "كتاب"),
        ("بالكتاب", "كتاب"),
        ("كالكتاب", "كتاب"),
        ("فالكتاب", "كتاب"),
        ("للكتاب", "كتاب"),
        ("وللكتاب", "كتاب"),  # the conjunction goes first, then the article
        ("كتابها", "كتاب"),
        ("كتابان", "كتاب"),
        ("مهندسون", "مهندس"),
        ("مهندسين", "مهندس"),
        ("سيارات", "سيار"),
        ("سياره", "سيار"),
        ("عربيه", "عرب"),
        ("سيارتها", "سيارت"),
        ("ولد", "ولد"),  # two letters would be left
        ("والد", "الد"),
        ("اله", "ال"),
        ("running", "run"),
        ("countries", "countri"),
        ("8000", "8000"),
        ("3.4", "3.4"),
    ],
)
def test_stem(word: str, expected: str) -> None:
    assert stem(word) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ما هو عدد الدول؟", ["عدد", "دول"]),
        ("وما هي الدول؟", ["دول"]),
        ("كم دولةً شاركت في الاجتماع", ["دول", "شاركت", "اجتماع"]),
        ("بكم بيعت السيارات", ["بيعت", "سيار"]),
        ("How many countries took part?", ["mani", "countri", "took", "part"]),
        ("What is the U.S. doing?", ["us"]),
        ("ولي العهد", ["ول", "عهد"]),  # not و + لي
        ("فهم النص", ["فهم", "نص"]),  # not ف + هم
        ("من هو؟", ["من", "هو"]),  # nothing else to search for
        ("who is it", ["who", "is", "it"]),
        ("", []),
    ],
)
def test_stems(text: str, expected: list[str]) -> None:
    assert stems(text) == expected


def test_stop_words_can_be_kept() -> None:
    assert stems("the cats", drop_stop_words=False) == ["the", "cat"]
    assert stems("في البيت", drop_stop_words=False) == ["في", "بيت"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("المَدْرَسَة", "مدرسه"),
        ("والمدرســـة", "المدرسة"),
        ("إيطاليا", "ايطاليا"),
        ("۸۳ عضواً", "٨٣ عضوا"),
        ("\u202bالدول\u202c member", "دول members"),
    ],
)
def test_spellings_of_a_word_share_a_stem(one: str, other: str) -> None:
    assert stems(one) == stems(other)


def test_threads_stem_alike() -> None:
    texts = [f"running{letter}s nationalities{letter} hopefully{letter}" for letter in "abcdefghij"] * 20
    with ThreadPoolExecutor(max_workers=8) as pool:
        together = list(pool.map(stems, texts))
    stem.cache_clear()
    assert together == [[stem(word) for word in words(normalise(text))] for text in texts]
