"""The library's own copies of files: their names, and what is left of them after a crash or a failure."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.index import Uploads, discard_upload, is_hidden, is_upload, safe_name
from rag.index.uploads import MOST_NAME_BYTES


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("report.pdf", "report.pdf"),
        ("تقارير/مؤتمر روما.docx", "تقارير/مؤتمر روما.docx"),
        ("../../etc/passwd.txt", "etc/passwd.txt"),
        ("/etc/passwd.txt", "etc/passwd.txt"),
        ("C:\\Users\\me\\a.txt", "C/Users/me/a.txt"),
        ("a/./b/../c.txt", "a/b/c.txt"),
        ("nul.txt", "_nul.txt"),
        ("COM1", "_COM1"),
        ("a\0b\n.txt", "a b .txt"),
        ("gpj.\u202efdp.txt", "gpj. fdp.txt"),
        ("\u200fتقرير\u200e.txt", "تقرير .txt"),
        ('what? "that" <b>.txt', "what that b .txt"),
        ("trailing. ", "trailing"),
        ("half \ud83c.txt", "half .txt"),
        ("e\u0301.txt", "é.txt"),
        ("...", ""),
        ("", ""),
    ],
)
def test_a_name_is_one_of_a_file_below_the_folder(given: str, name: str) -> None:
    assert safe_name(given) == name
    assert safe_name(name) == name


@pytest.mark.parametrize("letter", ["a", "م"])
def test_a_long_name_is_cut_before_its_suffix_and_stays_its_own(letter: str) -> None:
    names = [safe_name(letter * length + ".pdf") for length in (300, 301)]
    assert len(set(names)) == 2
    for name in names:
        assert name.endswith(".pdf")
        assert len(name.encode("utf-8")) <= MOST_NAME_BYTES
    assert len(safe_name("/".join("abc" * 20)).split("/")) <= 13


@pytest.mark.parametrize(
    ("given", "hidden"),
    [("a.txt", False), (".DS_Store", True), ("x/.git/config", True), ("x\\.a\\b.txt", True), ("../a", False)],
)
def test_hidden_files_are_told(given: str, hidden: bool) -> None:
    assert is_hidden(given) is hidden


def sent(uploads: Uploads, name: str, text: str) -> bool:
    """Whether it took the place of another."""
    part = uploads.begin()
    part.write_text(text, encoding="utf-8")
    return uploads.keep(part, name)


def test_a_file_that_cannot_be_indexed_gives_its_place_back(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path)
    assert not sent(uploads, "a/b.txt", "first")
    uploads.settle("a/b.txt", is_indexed=True)
    assert sent(uploads, "a/b.txt", "second")
    assert sent(uploads, "a/b.txt", "third")
    uploads.settle("a/b.txt", is_indexed=False)
    assert uploads.path("a/b.txt").read_text(encoding="utf-8") == "first"
    sent(uploads, "a/b.txt", "fourth")
    uploads.settle("a/b.txt", is_indexed=True)
    assert (uploads.path("a/b.txt").read_text(encoding="utf-8"), uploads.names()) == ("fourth", ["a/b.txt"])
    sent(uploads, "new/c.txt", "x")
    uploads.settle("new/c.txt", is_indexed=False)
    assert not (uploads.folder / "new").exists()


def test_what_a_crash_left_is_put_right(tmp_path: Path) -> None:
    uploads = Uploads(tmp_path)
    sent(uploads, "a.txt", "first")
    uploads.begin().write_text("half", encoding="utf-8")
    # As if it ended between taking the old one away and putting the new one there.
    former = uploads.folder / ".former" / "a.txt"
    former.parent.mkdir()
    uploads.path("a.txt").replace(former)
    uploads.recover()
    assert uploads.path("a.txt").read_text(encoding="utf-8") == "first"
    assert uploads.names() == ["a.txt"]
    assert not (uploads.folder / ".parts").exists()


def test_only_uploads_are_discarded(tmp_path: Path) -> None:
    home, mine = tmp_path / "home", tmp_path / "mine.txt"
    mine.write_text("x", encoding="utf-8")
    uploads = Uploads(home)
    sent(uploads, "a.txt", "x")
    for place in (mine.as_posix(), uploads.place("a.txt"), ""):
        discard_upload(home, place)
    assert mine.exists()
    assert not uploads.path("a.txt").exists()
    assert not is_upload(home, "")
