"""What the reader is told about how an answer came to be."""

from __future__ import annotations

from typing import Any

import pytest

from rag.notice import notice_for
from rag.schema import Language


@pytest.mark.parametrize("language", ["ar", "en"])
def test_nothing_to_say(language: Language) -> None:
    assert notice_for(language) == ""


@pytest.mark.parametrize(
    ("counts", "english", "arabic"),
    [
        (
            {"left_out": 2},
            ["2 sources did not fit", "RAG_LLM_CONTEXT_TOKENS"],
            ["2", "RAG_LLM_CONTEXT_TOKENS"],
        ),
        ({"shortened": 1}, ["1 source fitted it only in part"], ["مصادر قُرئ بعضها، عددها 1"]),
        ({"left_out": 1, "shortened": 1}, ["1 source did not fit", "and 1 source fitted"], ["، و"]),
        ({"cut_short": True}, ["RAG_LLM_ANSWER_TOKENS"], ["RAG_LLM_ANSWER_TOKENS"]),
        ({"dropped": 1}, ["1 sentence that no source carries was left out"], ["عددها 1"]),
        ({"dropped": 3}, ["3 sentences that no source carries were left out"], ["عددها 3"]),
    ],
)
def test_what_is_said(counts: dict[str, Any], english: list[str], arabic: list[str]) -> None:
    for part in english:
        assert part in notice_for("en", **counts)
    for part in arabic:
        assert part in notice_for("ar", **counts)


def test_several_notices_are_all_said() -> None:
    said = notice_for("en", left_out=1, cut_short=True, dropped=2)
    assert len(said.split(". ")) == 5
