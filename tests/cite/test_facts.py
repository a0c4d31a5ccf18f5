"""What a claim in one language has that its sources in the other do not show."""

from __future__ import annotations

import pytest

from rag.cite.facts import foreign_words
from rag.cite.reading import Reading

SOURCE = Reading(
    "وأكد وزير الخارجية الكندي مارك غارنو أنه التقى وزير الخارجية العراقي فؤاد حسين في روما يوم الإثنين"
)
QUESTION = "Which Iraqi minister did Marc Garneau hold talks with in Zurich?"


@pytest.mark.parametrize(
    ("claim", "foreign"),
    [
        ("The talks were held with Fuad Hussein in Rome.", ""),
        ("The Canadian Marc Garneau met the Iraqi Minister of Foreign Affairs.", ""),
        ("The two met on Monday.", ""),
        ("They had met before in Zurich.", ""),
        ("They will meet in Bistro.", "Bistro"),
        ("The Canadian Minister of Foreign Affairs, Alessandro Vincenzo, came.", "Alessandro"),
        ('He called the talks "muzzled" in Rome.', "muzzled"),
    ],
)
def test_a_name_or_a_quotation_that_no_source_shows(claim: str, foreign: str) -> None:
    assert foreign_words(Reading(claim), SOURCE, QUESTION) == foreign


def test_within_a_language_and_from_arabic_nothing_is_said() -> None:
    english = Reading("Marc Garneau met the Iraqi minister in Rome.")
    assert foreign_words(Reading("They met in Bistro School."), english, QUESTION) == ""
    assert foreign_words(Reading("التقى الوزير أليساندرو في روما."), SOURCE, QUESTION) == ""
