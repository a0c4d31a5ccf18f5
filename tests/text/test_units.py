"""Units that are one in both languages."""

from __future__ import annotations

import pytest

from rag.text import normalise, stem
from rag.text.units import unit_name


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("country countries state دولة دول دولًا بلدان", "country"),
        ("member members عضو أعضاء عضوًا", "member"),
        ("person people شخص أشخاص شخصًا إنسان", "person"),
        ("year years عام أعوام سنة سنوات", "year"),
        ("dollars دولار $", "dollar"),
        ("percent %", "%"),
    ],
)
def test_one_name_for_all_of_its_forms(words: str, name: str) -> None:
    assert {unit_name(stem(normalise(word))) for word in words.split()} == {name}


@pytest.mark.parametrize("word", ["bridge", "جسر", ""])
def test_other_units_have_none(word: str) -> None:
    assert unit_name(word) == ""
