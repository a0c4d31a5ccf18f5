"""What the keyword store holds of a text, and the name of the rules that say so."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from rag import text
from rag.index.rows import KeywordRow
from rag.schema import Passage

# When rag.text treats these words differently, the keyword index was made by other rules and is made anew.
_SAMPLE = (
    "قال مُحَمَّد: والكتابُ بالمدرسةِ للطالبات إلى الأحياء ٢٠٢٤ فالمكتبةِ؛ "
    "سيارات القاهرة الكبرى ١٬٥٠٠ درهم آمنة ـ وسيأتون معًا. "
    "The libraries' running 3,141.5 files: Beyoncé and Muhammad studied in Göteborg (COVID-19)."
)


def keyword_rows(passages: Iterable[Passage]) -> list[KeywordRow]:
    """The passages as the keyword store holds them: the document's own headline is searched with each."""
    return [KeywordRow(one.id, *_analyse(f"{one.headline}\n{one.text}")) for one in passages]


def analysis_version() -> str:
    """Changes whenever `keyword_rows` would give other words."""
    return hashlib.blake2b(repr(_analyse(_SAMPLE)).encode("utf-8"), digest_size=6).hexdigest()


def _analyse(searched: str) -> tuple[list[str], list[str], list[str]]:
    """The words of each keyword field: stems with the stop words, roots, skeletons."""
    return text.stems(searched, drop_stop_words=False), text.roots(searched), text.skeletons(searched)
