"""Which files a sync means."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rag.discover import discover


def _write(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")


def test_folders_are_walked_in_order_without_hidden_and_ignored_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    _write(
        tmp_path,
        "docs/b.txt",
        "docs/أ/مقال.txt",
        "docs/a.txt",
        "docs/.hidden",
        "docs/.git/x.txt",
        "docs/tmp/y.txt",
    )
    (tmp_path / "docs" / ".ragignore").write_text("tmp/\nb.*\n", encoding="utf-8")
    files, failures = discover([Path("docs")])
    assert [file.source for file in files] == ["docs/a.txt", "docs/أ/مقال.txt"]
    assert failures == []


def test_a_named_file_is_taken_even_if_a_folder_would_ignore_it(tmp_path: Path) -> None:
    _write(tmp_path, "a.txt", ".hidden.txt")
    files, _ = discover([tmp_path / ".hidden.txt"])
    assert [file.path.name for file in files] == [".hidden.txt"]


def test_a_file_given_twice_is_found_once(tmp_path: Path) -> None:
    _write(tmp_path, "a.txt")
    files, _ = discover([tmp_path, tmp_path / "a.txt", tmp_path])
    assert len(files) == 1


def test_a_missing_path_is_a_failure_in_both_languages(tmp_path: Path) -> None:
    _write(tmp_path, "a.txt")
    files, failures = discover([tmp_path / "لا شيء", tmp_path / "a.txt"])
    assert len(files) == 1
    assert "no such file" in failures[0].en
    assert "لا يوجد" in failures[0].ar


@pytest.mark.skipif(os.name == "nt", reason="symbolic links need rights there")
def test_a_loop_of_links_ends(tmp_path: Path) -> None:
    _write(tmp_path, "docs/a.txt")
    (tmp_path / "docs" / "again").symlink_to(tmp_path / "docs", target_is_directory=True)
    files, failures = discover([tmp_path / "docs"])
    assert [file.path.name for file in files] == ["a.txt"]
    assert failures == []
