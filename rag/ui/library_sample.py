"""The sample articles: five news articles in Arabic, with questions about them in both languages (words.EXAMPLES).

They are in the source tree, and in the package where it is installed elsewhere (see setup.py). Where they are in
neither, they are not offered.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

_FOLDER = "seeds"


@cache
def sample_files() -> tuple[str, ...]:
    """The names of the articles below `sample_start`; none where they are not there."""
    start = sample_start()
    return tuple(sorted(path.relative_to(start).as_posix() for path in (start / _FOLDER).glob("*.txt")))


@cache
def sample_start() -> Path:
    """The folder above that of the articles, whose name is part of theirs."""
    package = Path(__file__).resolve().parents[1]
    return package if (package / _FOLDER).is_dir() else package.parent
