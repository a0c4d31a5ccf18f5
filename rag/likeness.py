"""How far one text is said by another, token by token."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from rag.schema import Vectors


def nearest_tokens(sought: Vectors, tokens: Vectors) -> npt.NDArray[np.float64]:
    """For each of the `sought` tokens, (n, dimension), its likeness to the nearest of `tokens`, (m, dimension): float64
    (n,), 0 where nothing is like it. Their mean is ColBERT's score (Khattab & Zaharia 2020)."""
    found: npt.NDArray[np.float64] = (sought @ tokens.T).max(axis=1, initial=0.0).astype(np.float64)
    return found
