from __future__ import annotations

import ctypes
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from rag.errors import LibraryError, LibraryInUseError, LibraryVersionError
from rag.index import Audit, audit, in_use, peek, read_owner
from rag.index.failures import unusable_error
from rag.index.lock import LOCK_TIMEOUT_SECONDS
from tests.index.building import ARABIC, ENGLISH, document, found, open_index, put

ROOT = Path(__file__).resolve().parents[2]


def test_a_full_disk_leaves_the_old_state(tmp_path: Path) -> None:
    with open_index(tmp_path) as index:
        written = put(index, document("a.txt", ENGLISH))
        index.flush()
        connection = index._library._connection
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(LibraryError, match="disk") as caught:
            put(index, document("a.txt", ARABIC * 50))
        assert "ممتلئ" in caught.value.ar
        assert found(index, "capital of Egypt")[1] == [written[0].id]
        assert index.document("a.txt").pages[0].text == ENGLISH
        connection.execute("PRAGMA max_page_count = 1000000")
        assert len(put(index, document("a.txt", ARABIC))) == 2
    with open_index(tmp_path) as index:
        assert index.document("a.txt").pages[0].text == ARABIC


@pytest.mark.parametrize("content", [b"garbage " * 2000, b"SQLite format 3\0" + bytes(9000)])
def test_a_broken_library_says_what_to_do(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "library.sqlite").write_bytes(content)
    for action in (lambda: open_index(tmp_path), lambda: peek(tmp_path)):
        with pytest.raises(LibraryError, match="backup") as caught:
            action()
        assert str(tmp_path / "library.sqlite") in caught.value.en
        assert str(tmp_path / "library.sqlite") in caught.value.ar
    # The folder was let go, and nothing of the broken file was touched.
    assert (tmp_path / "library.sqlite").read_bytes() == content


def test_an_empty_library_file_is_a_library_yet_to_be_made(tmp_path: Path) -> None:
    (tmp_path / "library.sqlite").touch()
    assert peek(tmp_path) is None
    open_index(tmp_path).close()
    assert peek(tmp_path) is not None


def test_a_newer_library_is_refused_and_left_alone(tmp_path: Path) -> None:
    open_index(tmp_path).close()
    connection = sqlite3.connect(tmp_path / "library.sqlite")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(LibraryVersionError, match="99"):
        open_index(tmp_path)
    with pytest.raises(LibraryVersionError):
        open_index(tmp_path)


def test_a_home_that_is_a_file(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.write_text("here first", encoding="utf-8")
    with pytest.raises(LibraryError, match="RAG_HOME"):
        open_index(home)
    assert home.read_text(encoding="utf-8") == "here first"


def test_a_home_is_made_with_its_parents(tmp_path: Path) -> None:
    home = tmp_path / "أ" / "b c" / "#?%20"
    with open_index(home) as index:
        put(index, document("a.txt", ENGLISH))
        index.flush()
        assert len(found(index, "Egypt")[1]) == 1
    summary = peek(home)
    assert summary is not None
    assert summary.passages == 2


def test_a_second_opener_is_refused_and_told_who(tmp_path: Path) -> None:
    assert LOCK_TIMEOUT_SECONDS < 1
    with (
        open_index(tmp_path, command="rag serve", address="http://127.0.0.1:7860"),
        pytest.raises(LibraryInUseError) as caught,
    ):
        open_index(tmp_path)
    for sentence in (caught.value.en, caught.value.ar):
        assert "rag serve" in sentence
        assert "http://127.0.0.1:7860" in sentence
    assert read_owner(tmp_path) is None
    open_index(tmp_path).close()


def test_who_is_patient_waits_for_a_folder_that_is_just_let_go(tmp_path: Path) -> None:
    with open_index(tmp_path) as index:
        assert in_use(tmp_path, patient=True) is not None
        letting_go = threading.Timer(LOCK_TIMEOUT_SECONDS / 4, index.close)
        letting_go.start()
        assert in_use(tmp_path) is not None
        assert in_use(tmp_path, patient=True) is None
        letting_go.join()


def test_another_process_is_refused_until_the_owner_dies(tmp_path: Path) -> None:
    code = (
        "import pathlib, sys\n"
        "from tests.index.building import open_index\n"
        f"index = open_index(pathlib.Path({str(tmp_path)!r}), command='rag sync ~/كتب')\n"
        "print('ready', flush=True)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == "ready\n"
        with pytest.raises(LibraryInUseError) as caught:
            open_index(tmp_path)
        holder = read_owner(tmp_path)
        owner.kill()
    assert holder is not None
    assert (holder.pid, holder.command, holder.address) == (owner.pid, "rag sync ~/كتب", "")
    assert f"rag sync ~/كتب (pid {owner.pid}" in caught.value.en
    # What the dead process left in owner.json is not believed: the lock decides.
    assert read_owner(tmp_path) == holder
    open_index(tmp_path).close()


@pytest.mark.parametrize("content", ["", "{", '{"pid": 1}', "[]", "null"])
def test_an_unreadable_owner_still_means_in_use(tmp_path: Path, content: str) -> None:
    with open_index(tmp_path):
        (tmp_path / "owner.json").write_text(content, encoding="utf-8")
        with pytest.raises(LibraryInUseError, match="another process"):
            open_index(tmp_path)


def refusal(home: Path, statements: str, *, overrides_permissions: bool = True) -> str:
    """Do something with `home` in another process, which must be refused; the sentence it is told."""
    code = (
        "import pathlib, resource\n"
        "from rag.errors import LibraryError\n"
        "from tests.index.building import *\n"
        f"home = pathlib.Path({str(home)!r})\n"
        "def small_files():\n    resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))\n"
        f"try:\n    {statements}\nexcept LibraryError as error:\n    print(error.en)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=True,
        preexec_fn=None if overrides_permissions else _obey_permissions,
    )
    assert done.stdout, done.stderr
    return done.stdout


def _obey_permissions() -> None:
    """Read-only folders are for root, too: takes away what lets root write them."""
    drop_from_bounding_set, override_permissions = 24, 1  # PR_CAPBSET_DROP, CAP_DAC_OVERRIDE
    ctypes.CDLL(None).prctl(drop_from_bounding_set, override_permissions)


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """A data folder with twenty sources of two passages, closed."""
    with open_index(tmp_path / "home") as index:
        for number in range(20):
            put(index, document(f"{number}.txt", f"Number {number}. {ENGLISH}"))
        index.flush()
    return tmp_path / "home"


RENEW = "; ".join(
    (
        "index = open_index(home, fingerprint='other', adopt=True)",
        "[put(index, index.document(source)) for source in index.stale_sources()]",
        "index.rebuild()",
    )
)


@pytest.mark.parametrize(
    "statements",
    [
        f"small_files(); {RENEW}",
        "index = open_index(home); small_files(); index.rebuild()",
        "index = open_index(home); small_files(); put(index, document('n.txt', ENGLISH * 99)); index.flush()",
    ],
    ids=["rebuild for another model", "rebuild", "sync"],
)
def test_files_that_cannot_grow_leave_the_old_state(filled: Path, statements: str) -> None:
    """As near to a full disk as a process can have it for itself."""
    with open_index(filled) as index:
        before = found(index, "number 7")[1]
    refusal(filled, statements)
    with open_index(filled) as index:
        assert (index.count(), found(index, "number 7")[1]) == (40, before)
        assert index.document("7.txt").pages[0].text == f"Number 7. {ENGLISH}"
    assert audit(filled) == Audit(40, ())


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere root cannot be made to obey permissions")
@pytest.mark.parametrize("statements", ["open_index(home)", RENEW], ids=["open", "rebuild for another model"])
def test_a_read_only_folder_is_refused_and_left_alone(filled: Path, statements: str) -> None:
    before = {path: path.stat() for path in filled.rglob("*")}
    filled.chmod(0o555)
    try:
        assert "cannot be written" in refusal(filled, statements, overrides_permissions=False)
    finally:
        filled.chmod(0o755)
    after = {path: path.stat() for path in filled.rglob("*")}
    assert {path: (stat.st_size, stat.st_mtime_ns) for path, stat in after.items()} == {
        path: (stat.st_size, stat.st_mtime_ns) for path, stat in before.items()
    }
    open_index(filled).close()


def test_the_disk_is_called_full_where_sqlite_says_no_more_than_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = sqlite3.OperationalError("disk I/O error")
    assert "cannot be read" in unusable_error(error, tmp_path / "library.sqlite").en
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=4096))
    full = unusable_error(error, tmp_path / "library.sqlite")
    assert "is full" in full.en
    assert "ممتلئ" in full.ar


def test_who_has_the_folder_can_be_asked_without_touching_it(tmp_path: Path) -> None:
    assert in_use(tmp_path) is None
    assert list(tmp_path.iterdir()) == []
    with open_index(tmp_path, command="rag sync ~/كتب"):
        busy = in_use(tmp_path)
    assert busy is not None
    assert "rag sync ~/كتب" in busy.en
    assert "rag sync ~/كتب" in busy.ar
    assert in_use(tmp_path) is None


def test_a_newer_library_is_not_looked_into_either(tmp_path: Path) -> None:
    open_index(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / "library.sqlite")) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(LibraryVersionError, match="99"):
        peek(tmp_path)
