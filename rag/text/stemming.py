"""Words to stems: light10 for Arabic, Snowball for English."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from functools import lru_cache

from rag.text.normalising import ARABIC_LETTERS, words
from rag.text.stop_words import STOP_WORDS

# A large corpus has some hundred thousand different words, and most of its text is a few thousand of them.
_CACHED_WORDS = 100_000

_ARTICLES = ("ال", "وال", "بال", "كال", "فال", "لل")
_SUFFIXES = ("ها", "ان", "ات", "ون", "ين", "يه", "ية", "ه", "ة", "ي")
_MIN_AFTER_CONJUNCTION = 3
_MIN_AFTER_AFFIX = 2

_ARABIC_WORD = re.compile(f"[{ARABIC_LETTERS}]+")
_snowball_lock = threading.Lock()


@lru_cache(maxsize=_CACHED_WORDS)
def stem(word: str) -> str:
    """The stem of a normalised `word`; a number is its own stem."""
    if _ARABIC_WORD.fullmatch(word):
        return _light10(word)
    if word.isalpha():
        return _snowball_english(word)
    return word


def stems(text: str, *, drop_stop_words: bool = True) -> list[str]:
    """The stems of `text` in order, for the index and for the query alike.

    A text of stop words only keeps them: a question must never become empty.
    """
    return [stem(word) for word in (content_words(text) if drop_stop_words else words(text))]


def content_words(text: str) -> list[str]:
    """The normalised words of `text` that are no stop words; all of them where there are no others."""
    found = words(text)
    return [word for word in found if word not in STOP_WORDS] or found


def _light10(word: str) -> str:
    """Larkey, Ballesteros & Connell 2007, "Light Stemming for Arabic Information Retrieval": one
    conjunction, one article and any of ten suffixes, each only if enough of the word is left."""
    if word.startswith("و") and len(word) > _MIN_AFTER_CONJUNCTION:
        word = word[1:]
    for article in _ARTICLES:
        if word.startswith(article) and len(word) >= len(article) + _MIN_AFTER_AFFIX:
            word = word[len(article) :]
            break
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) >= len(suffix) + _MIN_AFTER_AFFIX:
            word = word[: -len(suffix)]
    return word


@lru_cache(maxsize=1)
def _snowball() -> Callable[[str], str]:
    import snowballstemmer

    # PyStemmer's C where it is installed, else pure Python.
    stem_word: Callable[[str], str] = snowballstemmer.stemmer("english").stemWord
    return stem_word


def _snowball_english(word: str) -> str:
    # The stemmer keeps the word it works on as its own state, so threads must take turns.
    with _snowball_lock:
        return _snowball()(word)
