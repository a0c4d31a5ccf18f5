"""`rag eval fetch`: a ready-made set → a folder with its questions and its corpus.

Nothing is downloaded unless a person asks for it by name, and nothing that is downloaded is used unless its SHA-256
is the recorded one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rag.errors import DatasetError
from rag.evaluate.catalogue import Download, ReadySet
from rag.evaluate.squad import convert_squad

QUESTIONS_FILE = "questions.jsonl"
CORPUS_FILE = "corpus.jsonl"
ABOUT_FILE = "about.json"
ORIGINALS_FOLDER = "original"

_CONNECT_SECONDS = 10.0
# The longest silence of a server in the middle of a file of at most a few megabytes.
_READ_SECONDS = 60.0

DownloadProgress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Fetched:
    """What `fetch_set` made."""

    questions_path: Path
    corpus_path: Path
    questions: int
    passages: int


def fetch_set(
    wanted: ReadySet,
    out: Path,
    *,
    given: Sequence[Path] = (),
    on_progress: DownloadProgress | None = None,
) -> Fetched:
    """Make `out` a folder with the set's questions, its corpus, the files as they were published, and about.json.

    Files that `out/original` already has, or that are `given` (told by their names), are not downloaded; they have to
    have the recorded SHA-256 too. Raises DatasetError where a file cannot be had or is not the recorded one: the
    folder is then as it was, save for the originals that are whole.
    """
    known = {path.name: path for path in given}
    originals = out / ORIGINALS_FOLDER
    try:
        originals.mkdir(parents=True, exist_ok=True)
        contents = {
            file.name: _content(file, known.get(file.name), originals, on_progress or _ignore)
            for file in wanted.files
        }
        converted = convert_squad(contents, prefix=wanted.paragraphs, only=wanted.only)
        _write_lines(out / CORPUS_FILE, converted.corpus)
        _write_lines(out / QUESTIONS_FILE, converted.questions)
        _write(out / ABOUT_FILE, json.dumps(asdict(wanted), ensure_ascii=False, indent=2) + "\n")
    except OSError as error:
        raise DatasetError(
            en=f"{error.filename or out} cannot be used: {error.strerror}. Give another folder with --out.",
            ar=f"تعذّر استعمال {error.filename or out}: {error.strerror}. اختر مجلدًا آخر بالخيار --out.",
        ) from error
    return Fetched(
        questions_path=out / QUESTIONS_FILE,
        corpus_path=out / CORPUS_FILE,
        questions=len(converted.questions),
        passages=len(converted.corpus),
    )


def _content(file: Download, given: Path | None, originals: Path, on_progress: DownloadProgress) -> bytes:
    """The bytes of a published file, checked, and kept among the originals."""
    kept = originals / file.name
    if given is not None:
        content = given.read_bytes()
    elif kept.exists():
        content = kept.read_bytes()
    else:
        content = _downloaded(file, on_progress)
    found = hashlib.sha256(content).hexdigest()
    if found != file.sha256:
        path = given or (kept if kept.exists() else file.url)
        raise DatasetError(
            en=f"{path} is not the recorded file: its SHA-256 is {found}, not {file.sha256}. It was changed at its "
            "source or on the way, so it is not used. Delete it, or get the recorded version and give it with --from.",
            ar=f"ليس {path} هو الملف المسجَّل: بصمته SHA-256 هي {found} لا {file.sha256}. تغيّر في مصدره أو في الطريق "
            "فلا يُستعمل. احذفه، أو أحضر النسخة المسجَّلة وأعطها بالخيار --from.",
        )
    if not kept.exists() or kept.read_bytes() != content:
        _write_bytes(kept, content)
    return content


def _downloaded(file: Download, on_progress: DownloadProgress) -> bytes:
    """The file from its address; never more than a byte beyond its recorded size."""
    import httpx

    timeout = httpx.Timeout(_READ_SECONDS, connect=_CONNECT_SECONDS)
    content = bytearray()
    try:
        with httpx.stream("GET", file.url, timeout=timeout, follow_redirects=True) as answer:
            answer.raise_for_status()
            for piece in answer.iter_bytes():
                content += piece
                on_progress(file.name, min(1.0, len(content) / file.size))
                if len(content) > file.size:
                    break
    except httpx.HTTPStatusError as error:
        raise _not_had(file, f"HTTP {error.response.status_code}") from error
    except httpx.HTTPError as error:
        raise _not_had(file, str(error) or type(error).__name__) from error
    return bytes(content)


def _not_had(file: Download, reason: str) -> DatasetError:
    return DatasetError(
        en=f"{file.url} cannot be downloaded ({reason}). Check the network, or get the file elsewhere and give it "
        f"with --from {file.name}.",
        ar=f"تعذّر تنزيل {file.url} ‏({reason}). تحقّق من الشبكة، أو أحضر الملف من جهاز آخر وأعطه "
        f"بالخيار --from {file.name}.",
    )


def _write_lines(path: Path, records: Iterable[Mapping[str, Any]]) -> None:
    _write(path, "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records))


def _write(path: Path, content: str) -> None:
    # Half of a surrogate pair, which JSON can hold, becomes the escape it has there.
    _write_bytes(path, content.encode("utf-8", "backslashreplace"))


def _write_bytes(path: Path, content: bytes) -> None:
    """Whole or not at all."""
    partial = path.with_name(path.name + ".part")
    partial.write_bytes(content)
    partial.replace(path)


def _ignore(_: str, __: float) -> None:
    """Progress that nobody watches."""
