"""Documents as files: read to make questions from them, without an index and without a model; and not to be mistaken
for documents, the results of a run."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from rag.discover import IGNORE_FILE, discover
from rag.errors import LoadError
from rag.parsing import FileToRead, ParseLimits, parsing
from rag.schema import Document, Failure


def read_documents(paths: Sequence[Path], limits: ParseLimits) -> tuple[dict[str, Document], list[Failure]]:
    """The documents of files and folders by their sources, and what could not be read, with its reason. They are
    held in memory; of a source that several files hold the first is taken."""
    found, failures, _ = discover(paths)
    documents: dict[str, Document] = {}
    files = [FileToRead(file.path, file.source, _size(file.path)) for file in found]
    with parsing(files, limits) as parsed:
        for file, loaded in parsed:
            for item in loaded:
                if isinstance(item, LoadError):
                    failures.append(Failure(file.source, en=item.en, ar=item.ar))
                else:
                    documents.setdefault(item.source, item)
    return documents, failures


def make_results_folder(folder: Path) -> None:
    """Make the folder of a run, if it is not there, as one that no sync looks into: the corpus of the next run may lie
    around it, and must not hold the answers of this one."""
    # Where it cannot be made, the run will say so.
    with suppress(OSError):
        folder.mkdir(parents=True)
        (folder / IGNORE_FILE).write_text("*\n", encoding="utf-8")


def _size(path: Path) -> int:
    """A file that went away in between has none, and reading it says so."""
    try:
        return path.stat().st_size
    except OSError:
        return 0
