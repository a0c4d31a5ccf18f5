"""Likeness token by token."""

from __future__ import annotations

import numpy as np
import pytest

from rag.likeness import nearest_tokens

AXES = np.eye(3, dtype=np.float32)


def test_each_token_takes_its_nearest() -> None:
    between = (AXES[:1] + AXES[1:2]) / np.float32(np.sqrt(2))
    found = nearest_tokens(AXES, np.concatenate([between, AXES[2:]]))
    assert found == pytest.approx([1 / np.sqrt(2), 1 / np.sqrt(2), 1.0])
    assert found.dtype == np.float64


def test_what_is_opposite_or_not_there_is_like_nothing() -> None:
    assert nearest_tokens(AXES[:1], -AXES[:1]).tolist() == [0.0]
    assert nearest_tokens(AXES[:2], AXES[:0]).tolist() == [0.0, 0.0]
    assert nearest_tokens(AXES[:0], AXES).shape == (0,)
