"""The banks of ordinary questions and statements."""

from __future__ import annotations

from typing import Literal

import pytest

from rag import text
from rag.schema import Language
from rag.text.ordinary import ordinary


@pytest.mark.parametrize("kind", ["questions", "statements"])
@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_banks_are_parallel_and_of_their_language(
    kind: Literal["questions", "statements"], language: Language
) -> None:
    lines = ordinary(kind, language)
    assert len(set(lines)) == len(lines) == 48
    assert all(text.language(line) == language for line in lines)
