"""What a text says, by kind."""

from __future__ import annotations

import pytest

from rag.cite.reading import Reading


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("Antony Blinken chaired the meeting in Rome.", ("Blinken", "Rome")),
        ("It began. Then Lavrov spoke in June 2022.", ("Lavrov",)),
        ("“Many came”, said Garneau on Monday.", ("Garneau",)),
        ("ترأس بلينكن الاجتماع.", ()),
        ("", ()),
    ],
)
def test_names(words: str, names: tuple[str, ...]) -> None:
    assert Reading(words).names == names


@pytest.mark.parametrize(
    ("words", "value", "units"),
    [
        ("81 different countries met", 81, {"country"}),
        ("ممثلين عن 81 دولة في التحالف", 81, {"country"}),
        ("بمشاركة 83 عضوًا.", 83, {"member"}),
        ("436 million dollars", 436e6, {"dollar"}),
        ("12% of them", 12, {"%"}),
        ("by June 2022.", 2022, set()),
        ("on 18 February they met", 18, set()),
        ("في 18 شباط اجتمعوا", 18, set()),
        ("in 1956 people moved", 1956, set()),
    ],
)
def test_what_a_number_counts(words: str, value: float, units: set[str]) -> None:
    (count,) = Reading(words).counts
    assert (count.value, count.units) == (value, units)


@pytest.mark.parametrize(
    ("words", "units"),
    [
        ("One country met.", [{"country"}]),
        ("دولة واحدة فقط", [{"country"}]),
        ("Sixty-one countries met.", []),
        ("إحدى وستون دولة", []),
        ("Some met.", []),
    ],
)
def test_one_of_something(words: str, units: list[set[str]]) -> None:
    assert [set(count.units) for count in Reading(words).ones] == units


def test_a_text_without_letters_is_in_the_language_it_is_said_in() -> None:
    assert Reading("308", "ar").language == "ar"
    assert Reading("308").language == "en"
    assert Reading("Rome", "ar").language == "en"
