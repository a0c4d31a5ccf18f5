"""Arabic words without affixes and weak letters."""

from __future__ import annotations

import pytest

from rag.text import normalise, root, roots


@pytest.mark.parametrize(
    "family",
    [
        ["انضمت", "بانضمام", "والانضمام", "ينضم"],
        ["شاركت", "مشاركة", "بمشاركة", "يُشارِك"],
        ["اجتماع", "الاجتماعات", "اجتمع"],
        ["كتب", "مكتبة", "كاتِبٌ", "الكُتُب"],
        ["هجمات", "هجوم", "الهجمات"],
        ["مساعدات", "مساعدة"],
        ["حاربت", "محاربة", "حروب"],
    ],
)
def test_words_of_one_family_share_what_is_left(family: list[str]) -> None:
    assert len({root(normalise(word)) for word in family}) == 1


@pytest.mark.parametrize(("one", "other"), [("دولة", "دولار"), ("كتاب", "كبير"), ("روما", "رومانسية")])
def test_other_words_do_not(one: str, other: str) -> None:
    assert root(normalise(one)) != root(normalise(other))


@pytest.mark.parametrize("word", ["harbour", "1932", "", "او", "covid"])
def test_what_is_no_arabic_word_or_too_short_has_none(word: str) -> None:
    assert root(word) == ""


def test_roots_of_a_text_leave_out_stop_words_and_other_scripts() -> None:
    assert roots("من الذي شارك في Rome عام 2021؟") == [root("شارك"), root("عام")] or roots("من شارك؟") == [
        "شرك"
    ]
