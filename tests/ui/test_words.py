import string

import pytest

from rag.ui.words import EXAMPLES, SCRIPT_WORDS, TABLES, WORDS, word


def variables(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("key", sorted(WORDS))
def test_every_key_speaks_both_languages_with_the_same_variables(key: str) -> None:
    en, ar = WORDS[key]
    assert en.strip() == en != ""
    assert ar.strip() == ar != ""
    assert variables(en) == variables(ar)


@pytest.mark.parametrize("key", sorted(WORDS.keys() - {"switch_language"}))
def test_each_side_is_in_its_own_script(key: str) -> None:
    en, ar = WORDS[key]
    assert not any("\u0600" <= character <= "\u06ff" for character in en)
    assert any("\u0600" <= character <= "\u06ff" for character in ar)


def test_the_switch_names_the_other_language_in_that_language() -> None:
    assert WORDS["switch_language"] == ("العربية", "English")


def test_no_part_of_the_page_takes_the_words_of_another() -> None:
    assert sum(len(table) for table in TABLES) == len(WORDS)


def test_word_picks_the_language() -> None:
    assert (word("send", "en"), word("send", "ar")) == ("Ask", "اسأل")


def test_script_words_exist_and_need_no_values() -> None:
    for key in SCRIPT_WORDS:
        assert not variables(WORDS[key][0])


def test_examples_are_in_both_languages() -> None:
    arabic = [example for example in EXAMPLES if example.endswith("؟")]
    assert 0 < len(arabic) < len(EXAMPLES)
