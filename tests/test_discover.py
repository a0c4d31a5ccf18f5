"""Which files a sync means, and what they are called."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rag.discover import Scope, discover, name_of, path_of

posix_only = pytest.mark.skipif(os.name == "nt", reason="links need rights there, and names are UTF-16")


def _write(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")


def _found(folder: Path) -> list[str]:
    files, failures, _ = discover([folder])
    assert failures == []
    return [file.path.relative_to(folder).as_posix() for file in files]


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
    files, failures, _ = discover([Path("docs")])
    assert [file.source for file in files] == ["docs/a.txt", "docs/أ/مقال.txt"]
    assert failures == []


# (patterns by folder, files that stay): each row as git has it. The files are those of TREE.
TREE = (
    "a.txt",
    "keep.txt",
    "عربي.txt",
    "sub/a.txt",
    "sub/keep.txt",
    "sub/deep/a.txt",
    "sub/deep/b.md",
    "z/a.txt",
)
IGNORED = [
    ({"": "*.txt"}, ["sub/deep/b.md"]),
    ({"": "*.txt\n!keep.txt"}, ["keep.txt", "sub/keep.txt", "sub/deep/b.md"]),
    ({"": "/a.txt"}, [name for name in TREE if name != "a.txt"]),
    ({"": "sub/"}, ["a.txt", "keep.txt", "عربي.txt", "z/a.txt"]),
    (
        {"": "sub/\n!sub/keep.txt"},
        ["a.txt", "keep.txt", "عربي.txt", "z/a.txt"],
    ),  # a folder left out is not entered
    ({"": "sub/*\n!sub/keep.txt"}, ["a.txt", "keep.txt", "عربي.txt", "sub/keep.txt", "z/a.txt"]),
    ({"": "sub/**/a.txt"}, ["a.txt", "keep.txt", "عربي.txt", "sub/keep.txt", "sub/deep/b.md", "z/a.txt"]),
    ({"": "**/deep"}, ["a.txt", "keep.txt", "عربي.txt", "sub/a.txt", "sub/keep.txt", "z/a.txt"]),
    ({"sub": "a.txt"}, ["a.txt", "keep.txt", "عربي.txt", "sub/keep.txt", "sub/deep/b.md", "z/a.txt"]),
    ({"sub": "/a.txt"}, [name for name in TREE if name != "sub/a.txt"]),
    ({"": "*.txt", "sub": "!a.txt"}, ["sub/a.txt", "sub/deep/a.txt", "sub/deep/b.md"]),
    ({"": "?.txt\n[!a-y]/"}, ["keep.txt", "عربي.txt", "sub/keep.txt", "sub/deep/b.md"]),
    (
        {"": "عربي.*\n# a.txt\n\nkeep.txt   "},
        ["a.txt", "sub/a.txt", "sub/deep/a.txt", "sub/deep/b.md", "z/a.txt"],
    ),
    ({"": "[a.txt\n[z-a]\n//"}, list(TREE)),
]


@pytest.mark.parametrize(("patterns", "expected"), IGNORED)
def test_ragignore_means_what_gitignore_means(
    tmp_path: Path, patterns: dict[str, str], expected: list[str]
) -> None:
    _write(tmp_path, *TREE)
    for folder, text in patterns.items():
        (tmp_path / folder / ".ragignore").write_text(text, encoding="utf-8")
    assert sorted(_found(tmp_path)) == sorted(expected)


@pytest.mark.parametrize("spoil", [lambda path: path.write_bytes(b"\xe9.txt\n"), Path.mkdir])
def test_a_folder_whose_ragignore_cannot_be_read_is_left_alone(
    tmp_path: Path, spoil: Callable[[Path], Any]
) -> None:
    """What it names may be private."""
    _write(tmp_path, "a.txt", "sub/b.txt")
    spoil(tmp_path / "sub" / ".ragignore")
    files, failures, scope = discover([tmp_path])
    assert [file.path.name for file in files] == ["a.txt"]
    assert ".ragignore" in failures[0].en
    assert ".ragignore" in failures[0].ar
    assert not scope.covers(name_of(tmp_path / "sub" / "b.txt"))


def test_a_named_file_is_taken_even_if_a_folder_would_ignore_it(tmp_path: Path) -> None:
    _write(tmp_path, "a.txt", ".hidden.txt")
    files, _, _ = discover([tmp_path / ".hidden.txt"])
    assert [file.path.name for file in files] == [".hidden.txt"]


def test_a_file_given_twice_is_found_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    _write(tmp_path, "docs/a.txt")
    ways = [Path("docs"), tmp_path / "docs", Path("docs/a.txt"), Path("docs/../docs"), Path()]
    files, _, _ = discover(ways)
    assert [file.source for file in files] == ["docs/a.txt"]


def test_a_missing_path_is_a_failure_in_both_languages(tmp_path: Path) -> None:
    _write(tmp_path, "a.txt")
    files, failures, scope = discover([tmp_path / "لا شيء", tmp_path / "a.txt"])
    assert len(files) == 1
    assert "no such file" in failures[0].en
    assert "لا يوجد" in failures[0].ar
    assert not scope.covers(name_of(tmp_path / "لا شيء" / "b.txt"))


def test_the_data_folder_is_not_entered(tmp_path: Path) -> None:
    _write(tmp_path, "a.txt", "home/library.txt", "home/chroma/b.txt")
    files, failures, _ = discover([tmp_path], leave_out=tmp_path / "home")
    assert [file.path.name for file in files] == ["a.txt"]
    assert failures == []


@posix_only
def test_a_loop_of_links_ends(tmp_path: Path) -> None:
    _write(tmp_path, "docs/a.txt")
    (tmp_path / "docs" / "again").symlink_to(tmp_path / "docs", target_is_directory=True)
    assert _found(tmp_path / "docs") == ["a.txt"]


@posix_only
def test_links_to_files_are_files_wherever_they_lead(tmp_path: Path) -> None:
    """Whoever reads one that leads nowhere says so."""
    _write(tmp_path, "a.txt")
    (tmp_path / "b.txt").symlink_to(tmp_path / "a.txt")
    (tmp_path / "c.txt").symlink_to(tmp_path / "nowhere.txt")
    (tmp_path / "d.txt").symlink_to(tmp_path / "d.txt")
    assert _found(tmp_path) == ["a.txt", "b.txt", "c.txt", "d.txt"]
    files, failures, _ = discover([tmp_path / "c.txt", tmp_path / "d.txt"])
    assert (len(files), failures) == (2, [])


@posix_only
def test_names_that_are_not_utf_8_have_a_name_all_the_same(tmp_path: Path) -> None:
    folder = tmp_path / os.fsdecode(b"d\xe9j\xe0")
    folder.mkdir()
    for name in (b"caf\xe9.txt", "مقال.txt".encode(), b"100%.txt", b"%E9.txt"):
        (folder / os.fsdecode(name)).write_bytes(b"x")
    files, failures, _ = discover([tmp_path])
    assert failures == []
    names = [file.source.removeprefix(f"{tmp_path.as_posix()}/d%E9j%E0/") for file in files]
    assert names == ["%E9.txt", "100%.txt", "caf%E9.txt", "مقال.txt"]
    for file in files:
        assert path_of(file.source).read_bytes() == b"x"
        file.source.encode("utf-8")


@pytest.mark.parametrize(
    ("path", "name"),
    [("a/مقال.txt", "a/مقال.txt"), ("a/\udce9\udc80.txt", "a/%E9%80.txt"), ("\ud83c.txt", "%uD83C.txt")],
)
def test_names_and_back(path: str, name: str) -> None:
    assert name_of(Path(path)) == name
    assert path_of(name) == Path(path)


@posix_only
def test_two_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    for name in (b"caf\xe9.txt", b"caf%E9.txt"):
        (tmp_path / os.fsdecode(name)).write_bytes(b"x")
    files, failures, _ = discover([tmp_path])
    assert len(files) == len(failures) == 1
    assert "Rename" in failures[0].en


def test_a_folder_that_cannot_be_read_is_named_and_the_others_are_walked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not by taking rights away: whoever runs the tests may be above them."""
    _write(tmp_path, "a.txt", "locked/b.txt", "z.txt")
    scandir = os.scandir

    def refuse(folder: Path) -> Iterator[os.DirEntry[str]]:
        if Path(folder).name == "locked":
            raise PermissionError(13, "Permission denied", str(folder))
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", refuse)
    files, failures, scope = discover([tmp_path])
    assert [file.path.name for file in files] == ["a.txt", "z.txt"]
    assert [failure.path for failure in failures] == [name_of(tmp_path / "locked")]
    assert not scope.covers(name_of(tmp_path / "locked" / "b.txt"))
    assert scope.covers(name_of(tmp_path / "gone.txt"))


@pytest.mark.parametrize(
    ("scope", "place", "expected"),
    [
        (Scope(files={"/a.txt"}), "/a.txt", True),
        (Scope(files={"/a.txt"}), "/b.txt", False),
        (Scope(folders=["/docs"]), "/docs/a/b.txt", True),
        (Scope(folders=["/docs"]), "/docs2/b.txt", False),
        (Scope(folders=["/"]), "/docs/b.txt", True),
        (Scope(folders=["/"], files={"/a.txt"}), "", False),  # a place that is not known
        (Scope(folders=["/docs"], unread=["/docs/a"]), "/docs/a/b.txt", False),
        (Scope(folders=["/docs"], unread=["/docs/a"]), "/docs/ab.txt", True),
    ],
)
def test_scope(scope: Scope, place: str, expected: bool) -> None:
    assert scope.covers(place) is expected


@pytest.mark.parametrize("given", ["docs", ".", "docs/../docs", "../{name}/docs", "{whole}/docs"])
def test_a_file_has_one_place_by_whatever_name_it_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    monkeypatch.chdir(tmp_path)
    _write(tmp_path, "docs/مقال.txt")
    files, _, scope = discover([Path(given.format(name=tmp_path.name, whole=tmp_path))])
    assert [file.place for file in files] == [name_of(tmp_path / "docs" / "مقال.txt")]
    assert scope.covers(name_of(tmp_path / "docs" / "gone.txt"))
    assert not scope.covers(name_of(tmp_path.parent / "gone.txt"))
