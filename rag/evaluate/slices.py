"""The groups of questions that get numbers of their own: language, direction, answerable or not, tag."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from rag.evaluate.fields import Question
from rag.evaluate.metrics import plain_path, source_matches
from rag.schema import SourceInfo

DIMENSIONS = ("lang", "direction", "answerable", "tag")

_ANSWERABLE: Mapping[bool | None, Sequence[str]] = {True: ["yes"], False: ["no"], None: []}


def slices_of(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Dimension and value of every slice that a row lies in: of a dimension one, several (tags) or none."""
    yield "lang", row["lang"]
    if direction := row.get("direction"):  # runs of earlier versions have none
        yield "direction", direction
    yield from (("answerable", value) for value in _ANSWERABLE[row["answerable"]])
    yield from (("tag", tag) for tag in dict.fromkeys(row["tags"]))


class Corpus:
    """The sources that a run searches, for looking up what a question file calls them."""

    def __init__(self, sources: Sequence[SourceInfo]) -> None:
        self._languages = {source.language for source in sources}
        # A name matches the end of a path, so its last part is that of the path.
        self._by_last_part: dict[str, list[SourceInfo]] = {}
        for source in sources:
            self._by_last_part.setdefault(_last_part(source.source), []).append(source)

    def direction(self, question: Question) -> str | None:
        """ "en-ar": an English question whose answer stands in Arabic sources. "en-ar+en": in sources of both.

        A question whose sources the file does not name has the direction of the whole corpus where that is of one
        language, else None.
        """
        named = {source.language for item in question.relevant for source in self._matching(item.source)}
        answering = named or (self._languages if len(self._languages) == 1 else set())
        return f"{question.lang}-{'+'.join(sorted(answering))}" if answering else None

    def lacks(self, question: Question) -> list[str]:
        """The sources that the question names and the corpus does not hold: they can never be found."""
        return [item.source for item in question.relevant if not self._matching(item.source)]

    def _matching(self, name: str) -> list[SourceInfo]:
        candidates = self._by_last_part.get(_last_part(name), [])
        return [source for source in candidates if source_matches(source.source, name)]


def _last_part(name: str) -> str:
    return PurePosixPath(plain_path(name)).name
