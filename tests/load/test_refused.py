"""Files that are no documents: named for what they are, with the next step."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.errors import LoadError
from rag.load import SUFFIXES, load_path
from rag.load.refused import refusal


@pytest.mark.parametrize(
    ("name", "en", "ar"),
    [
        ("a.zip", "an archive, which cannot be read. Unpack it", "أرشيف مضغوط. فكّ ضغطه"),
        ("a.tar.gz", "an archive", "أرشيف مضغوط"),
        ("قديم.DOC", "save it as .docx", "واحفظه بامتداد .docx"),
        ("a.ppt", "save it as .pptx", "واحفظه بامتداد .pptx"),
        ("a.xlsb", "save it as .xlsx", "واحفظه بامتداد .xlsx"),
        ("a.msg", "Save the messages as .eml", "احفظ الرسائل بامتداد .eml"),
        ("a.mobi", "Convert it to EPUB or PDF", "حوّله إلى EPUB أو PDF"),
        ("صورة.JPG", "is a picture", "لأنه صورة"),
        ("a.mp3", "Put a transcript beside it", "ضع نصه المفرَّغ"),
    ],
)
def test_known_files_are_refused_without_being_read(tmp_path: Path, name: str, en: str, ar: str) -> None:
    (failure,) = load_path(tmp_path / name, source=f"docs/{name}", max_bytes=1)
    assert isinstance(failure, LoadError)
    assert f"docs/{name}" in failure.en
    assert en in failure.en
    assert f"docs/{name}" in failure.ar
    assert ar in failure.ar
    assert len(failure.en) < 200


def test_nothing_that_is_read_is_refused_by_name() -> None:
    for suffix in SUFFIXES:
        assert "files with the suffix" in refusal("a", suffix, "").en


def test_a_name_without_a_suffix() -> None:
    failure = refusal("docs/README", "", ".md .txt")
    assert failure.en == "docs/README has no suffix that says what it is. Add one of: .md .txt."
    assert ".md .txt" in failure.ar
