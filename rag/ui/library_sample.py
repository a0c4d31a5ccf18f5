"""The sample articles: five news articles in Arabic, with questions about them in both languages (words.EXAMPLES).

They are in the source tree, and an installed package has them among its data (see pyproject.toml). Where neither is
there, they are not offered.
"""

from __future__ import annotations

import sysconfig
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
    tree = Path(__file__).resolve().parents[2]
    installed = Path(sysconfig.get_path("data")) / "share" / "sanad"
    return tree if (tree / _FOLDER).is_dir() else installed
