"""When words of an answer count as those of the gold."""

from __future__ import annotations

import pytest

from rag.evaluate.matching import any_stands_in, quote_matches


@pytest.mark.parametrize(
    ("stated", "gold", "expected"),
    [
        ("In 1981 they met.", ["81"], False),
        ("81 countries met.", ["81"], True),
        ("بمشاركة ٨١ دولةً", ["81 دولة"], True),
        ("بـ83 عضواً", ["83 عضو"], True),
        ("8,000 fighters", ["8000"], True),
        ("3.4 million", ["4"], False),
        # Clitics, the article, case endings.
        ("عُقد بروما أمس", ["روما"], True),
        ("وبالرياض", ["الرياض"], True),
        ("التقى وزيرُ الخارجيةِ الأمريكيّ", ["وزير الخارجية الأمريكي"], True),
        ("ثلاثة وثمانين دولة", ["ثمانون دولة"], True),
        ("countries met", ["country"], True),
        # Whole words in a row, and nothing but.
        ("ماريو روما", ["مار"], False),
        ("روما الكبيرة في إيطاليا", ["روما في إيطاليا"], False),
        ("Roman", ["Rome"], False),
        ("anything", ["%"], False),
        ("باريس", ["Rome", "باريس"], True),
        ("", ["روما"], False),
        ("روما", [], False),
    ],
)
def test_any_stands_in(stated: str, gold: list[str], expected: bool) -> None:
    assert any_stands_in(stated, gold) is expected


@pytest.mark.parametrize(
    ("sentence", "quote", "expected"),
    [
        ("وقال إن ٨١ دولةً شاركت في الاجتماع.", "81 دولة شاركت", True),
        ("81 دولة", "شاركت 81 دولة في روما", True),
        # 3 of the quote's 6 words are just enough, 2 of 6 are not.
        ("one two three x y z", "one p two q three r", True),
        ("one two x y z w", "one p two q three r", False),
        ("", "روما", False),
        ("روما", "…", False),
    ],
)
def test_quote_matches(sentence: str, quote: str, expected: bool) -> None:
    assert quote_matches(sentence, quote) is expected
