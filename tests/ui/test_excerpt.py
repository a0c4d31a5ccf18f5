import pytest

from rag.errors import LibraryError
from rag.ui.excerpt import citation_excerpt, excerpt, hit_excerpt
from tests.ui.fakes import PAGE, QUOTE, FakeAssistant, always, make_citation, make_hit

LONG = "one two three four. THE QUOTE five six seven eight."
ARABIC = "قال البيان الختامي إن ممثلين عن 81 دولة شاركوا في الاجتماع الذي عقد في روما."


@pytest.mark.parametrize(
    ("page", "quote", "reach", "before", "after", "cut_before", "cut_after"),
    [
        (LONG, "THE QUOTE", 600, "one two three four. ", " five six seven eight.", False, False),
        # 8 characters before are "ee four. ": the cut goes through "three", so the half word is left out.
        (LONG, "THE QUOTE", 8, "four. ", " five", True, True),
        (LONG, LONG, 600, "", "", False, False),
        (ARABIC, "81 دولة", 9, "عن ", " شاركوا", True, True),
        (
            ARABIC,
            "81 دولة",
            600,
            "قال البيان الختامي إن ممثلين عن ",
            " شاركوا في الاجتماع الذي عقد في روما.",
            False,
            False,
        ),
        # No white space to cut at: the characters within reach stay.
        ("a" * 50 + "Q" + "b" * 50, "Q", 5, "aaaaa", "bbbbb", True, True),
    ],
)
def test_a_quote_keeps_its_surroundings_in_whole_words(
    page: str, quote: str, reach: int, before: str, after: str, cut_before: bool, cut_after: bool
) -> None:
    start = page.index(quote)
    found = excerpt(page, start=start, end=start + len(quote), quote=quote, reach=reach)
    assert (found.before, found.quote, found.after) == (before, quote, after)
    assert (found.cut_before, found.cut_after, found.found) == (cut_before, cut_after, True)


def test_surroundings_reach_six_hundred_characters_each_way() -> None:
    page = "word " * 500 + "QUOTE" + " word" * 500
    start = page.index("QUOTE")
    found = excerpt(page, start=start, end=start + 5, quote="QUOTE")
    assert 590 <= len(found.before) <= 600
    assert 590 <= len(found.after) <= 600


@pytest.mark.parametrize(
    ("page", "start"),
    [("another text altogether, changed since", 5), ("", 0), ("short", 4), (QUOTE + " moved", 3)],
)
def test_a_page_that_has_changed_leaves_the_quote_alone(page: str, start: int) -> None:
    found = excerpt(page, start=start, end=start + len(QUOTE), quote=QUOTE)
    assert (found.before, found.quote, found.after, found.found) == ("", QUOTE, "", False)


def test_a_citation_is_found_in_its_page() -> None:
    found = citation_excerpt(make_citation(), always(PAGE))
    assert found.before + found.quote + found.after == PAGE


def test_a_source_that_is_gone_leaves_the_quote() -> None:
    assistant = FakeAssistant(pages={})
    with pytest.raises(LibraryError):
        assistant.page_text("bridges.txt", None)
    assert not citation_excerpt(make_citation(), assistant.page_text).found


def test_a_hit_shows_its_best_sentence_inside_its_passage() -> None:
    found = hit_excerpt(make_hit())
    assert (found.before, found.quote) == ("Opening words. ", QUOTE)
    assert found.after.endswith("Closing words.")
