"""The sheet of documents through its addresses: files that come in, the list, removing with undo, choosing."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.api import Commands
from rag.commands import Sync
from rag.index import Choice
from rag.ui.library_sample import sample_files
from tests.commands.building import ARABIC_QUESTION, PATIENCE_SECONDS, TEXTS, GatedEmbedder
from tests.ui.library import Opened, opened

TITLES = re.compile(r'<span class="title"[^>]*>([^<]*)</span>')


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Opened]:
    with opened(tmp_path / "home", max_file_mb=1) as made:
        yield made


def test_files_are_sent_indexed_and_found_under_their_own_names(page: Opened) -> None:
    shown = page.send({f"تقارير/{name}": text for name, text in TEXTS.items()})
    assert page.sources() == sorted(f"تقارير/{name}" for name in TEXTS)
    assert shown.count('class="entry added"') == 3
    assert "Added: <bdi>3</bdi>" in shown
    assert "أُضيف: <bdi>3</bdi>" in shown
    assert page.library.assistant().search(ARABIC_QUESTION, 3).hits
    assert page.library.index.home.as_posix() not in page.client.get("/page/library").text


def test_a_file_of_the_same_name_takes_the_place_of_the_earlier_one(page: Opened) -> None:
    page.send({"a.txt": "First text. It stands."})
    assert "in the place of its earlier version" in page.send({"a.txt": "Second text. It stands."})
    assert "was there already, unchanged" in page.send({"a.txt": "Second text. It stands."})
    assert "the same as <bdi>a.txt</bdi>" in page.send({"b.txt": "Second text. It stands."})
    assert page.sources() == ["a.txt"]
    assert page.library.index.document("a.txt").pages[0].text == "Second text. It stands."


def test_what_cannot_be_read_is_told_and_what_was_there_stays(page: Opened) -> None:
    page.send({"a.pdf.txt": "First text. It stands."})
    shown = page.send({"a.pdf.txt": "", "film.mp4": b"x", "talk.mp4": b"x", ".DS_Store": b"x"})
    assert "a.pdf.txt is empty" in shown
    assert "الملف a.pdf.txt فارغ" in shown
    assert "film.mp4 is a recording" in shown
    assert "and <bdi>1</bdi> more of this kind" in shown
    assert "DS_Store" not in shown
    assert page.library.index.document("a.pdf.txt").pages[0].text == "First text. It stands."
    uploads = page.library.index.home / "uploads"
    assert [path.read_text() for path in uploads.rglob("*") if path.is_file()] == ["First text. It stands."]


def test_a_name_that_a_file_of_this_machine_has_is_numbered(page: Opened, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("A file of this machine. It stays.", encoding="utf-8")
    page.commands.change(Sync(("a.txt",), str(tmp_path)))
    page.send({"a.txt": "Another one. It was sent.", "x/../b.txt": "One. Two."})
    assert page.sources() == ["a (2).txt", "a.txt", "x/b.txt"]


def test_what_is_too_large_is_refused_before_it_is_read(page: Opened) -> None:
    large = b"x" * (1024 * 1024 + 1)
    assert page.offer({"a.txt": large, "b.txt": "small"})["a.txt"] == ""
    entry = page.offer({"c.txt": "said to be small"})["c.txt"]
    reply = page.client.put(f"/page/library/files/{entry}", content=large)
    assert "c.txt is larger than 1 MB" in reply.json()["error"]["message"]
    entry = page.offer({"d.txt": "said to be small"})["d.txt"]
    chunks = (b"y" * 100_000 for _ in range(15))
    reply = page.client.put(f"/page/library/files/{entry}", content=chunks)
    assert "d.txt أكبر من 1 م.ب" in reply.json()["error"]["message_ar"]
    far_too_large = page.client.put(f"/page/library/files/{entry}", content=b"x" * 3 * 1024 * 1024)
    assert far_too_large.status_code == 413
    shown = page.client.get("/page/library/adding").text
    assert shown.count("is larger than 1 MB") == 3
    assert not list((page.library.index.home / "uploads").rglob("*.txt"))
    assert page.sources() == []


def test_only_what_was_offered_is_taken_and_once(page: Opened) -> None:
    for entry in ("1", "../a", "nothing"):
        reply = page.client.put(f"/page/library/files/{entry}", content=b"x")
        assert reply.is_client_error
    ids = page.offer({"a.txt": "One. Two."})
    address = f"/page/library/files/{ids['a.txt']}"
    assert page.client.put(address, content=b"One. Two.").status_code == 204
    assert page.client.put(address, content=b"One. Two.").is_client_error
    assert page.done()
    assert page.sources() == ["a.txt"]


def test_a_page_that_goes_away_leaves_what_has_come(page: Opened) -> None:
    ids = page.offer({"a.txt": "One. Two.", "b.txt": "Three. Four."})
    page.client.put(f"/page/library/files/{ids['a.txt']}", content=b"One. Two.")
    assert page.client.post("/page/library/left", content="page").status_code == 204
    shown = page.done()
    assert "b.txt did not come through" in shown
    assert page.sources() == ["a.txt"]
    assert 'class="entry' not in page.client.post("/page/library/dismiss").text


def test_a_folder_of_this_machine_is_indexed_where_it_is(page: Opened, tmp_path: Path) -> None:
    folder = tmp_path / "وثائق"
    folder.mkdir()
    for name, text in TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "film.mp4").write_bytes(b"x")
    page.client.post("/page/library/folder", json={"path": f' "{folder}" '})
    shown = page.done()
    assert page.sources() == sorted((folder / name).as_posix() for name in TEXTS)
    assert "added: <bdi>3</bdi>" in shown
    assert "updated" not in shown
    assert "film.mp4 is a recording" in shown
    for path, said in (("docs", "not the whole path"), (str(tmp_path / "no"), "There is no folder or file")):
        assert (
            said in page.client.post("/page/library/folder", json={"path": path}).json()["error"]["message"]
        )


def test_paths_are_taken_from_this_machine_alone(page: Opened, tmp_path: Path) -> None:
    from fastapi.testclient import TestClient

    elsewhere = TestClient(page.client.app, base_url="http://127.0.0.1", client=("192.0.2.7", 50000))
    assert "library-path" not in elsewhere.get("/page/library").text
    reply = elsewhere.post("/page/library/folder", json={"path": str(tmp_path)})
    assert "only from the machine" in reply.json()["error"]["message"]


def test_the_sample_articles_are_offered_while_there_is_nothing(page: Opened) -> None:
    assert "Try it with the sample articles" in page.client.get("/page/library").text
    page.client.post("/page/library/sample")
    shown = page.done()
    assert page.sources() == list(sample_files()) != []
    assert shown.count("data-question=") >= 4
    assert "Try it with the sample articles" not in page.client.get("/page/library").text


def test_removing_can_be_undone(page: Opened) -> None:
    page.send(dict(TEXTS))
    shown = page.client.post("/page/library/remove", json={"source": "harbour.txt"}).text
    assert "Removed: <bdi>The harbour bridge was opened" in shown
    assert page.sources() == sorted(TEXTS.keys() - {"harbour.txt"})
    shown = page.client.post("/page/library/remove", json={"sources": ["روما.txt", "مؤتمر.txt"]}).text
    assert "Removed: 2 documents" in shown
    assert "أُزيل: وثيقتان" in shown
    assert "There are no documents yet" in shown
    for removal in re.findall('data-removal="([0-9a-f]+)"', shown):
        shown = page.client.post("/page/library/undo", json={"removal": removal}).text
    assert page.sources() == sorted(TEXTS)
    assert "Undo" not in shown
    gone = page.client.post("/page/library/undo", json={"removal": "0"}).json()
    assert "no longer be undone" in gone["error"]["message"]


def test_a_restart_goes_on_with_what_came_and_keeps_what_was_removed(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with opened(home) as page:
        page.send({"a.txt": "One. Two.", "b.txt": "Three. Four."})
        page.client.post("/page/library/remove", json={"source": "a.txt"})
    # Sent as a whole, and the server was killed before it was indexed; and half of another.
    (home / "uploads" / "c.txt").write_text("Five. Six.", encoding="utf-8")
    (home / "uploads" / ".parts" / "half").write_text("Sev", encoding="utf-8")
    with opened(home) as page:
        assert "added" in page.done()
        assert page.sources() == ["b.txt", "c.txt"]
        (removal,) = page.library.index.aside.removals()
        page.client.post("/page/library/undo", json={"removal": removal.name})
        assert page.sources() == ["a.txt", "b.txt", "c.txt"]


def test_stopping_keeps_what_is_indexed(tmp_path: Path) -> None:
    embedder = GatedEmbedder()
    with opened(tmp_path / "home", embedder) as page:
        page.send({"a.txt": "One. Two."})
        embedder.shut()
        ids = page.offer({"b.txt": "Three. Four.", "c.txt": "Five. Six."})
        page.client.put(f"/page/library/files/{ids['b.txt']}", content=b"Three. Four.")
        assert embedder.reached.wait(PATIENCE_SECONDS)
        busy = page.client.post("/page/library/remove", json={"source": "a.txt"}).json()
        assert "Another command is changing the library" in busy["error"]["message"]
        page.client.post("/page/library/stop")
        embedder.gate.set()
        page.done()
        assert "a.txt" in page.sources()
        assert "c.txt" not in page.sources()
        assert page.client.put(f"/page/library/files/{ids['c.txt']}", content=b"x").is_client_error
        page.send({"c.txt": "Five. Six."})
        assert "c.txt" in page.sources()


def test_the_end_of_the_server_leaves_the_rest_to_the_next(tmp_path: Path) -> None:
    home, embedder = tmp_path / "home", GatedEmbedder()
    with opened(home, embedder) as page:
        embedder.shut()
        ids = page.offer({"a.txt": "One. Two.", "b.txt": "Three. Four."})
        for name, entry in ids.items():
            content = {"a.txt": b"One. Two.", "b.txt": b"Three. Four."}[name]
            page.client.put(f"/page/library/files/{entry}", content=content)
        assert embedder.reached.wait(PATIENCE_SECONDS)
        threading.Timer(0.2, embedder.gate.set).start()
        page.commands.close()
    with opened(home, embedder) as page:
        page.done()
        assert page.sources() == ["a.txt", "b.txt"]


def test_the_list_is_searched_sorted_and_paged(page: Opened) -> None:
    page.send({f"{number:03}.txt": f"Title number {number}. It goes on." for number in range(60)})
    first = page.client.get("/page/library/list").text
    assert len(TITLES.findall(first)) == 50
    assert ">60 documents<" in first
    assert ">60 وثيقة<" in first
    assert "الصفحة <bdi>1</bdi> من <bdi>2</bdi>" in first
    second = page.client.get("/page/library/list", params={"page": 2, "sort": "name"}).text
    assert len(TITLES.findall(second)) == 10
    found = page.client.get("/page/library/list", params={"search": "NUMBER 7"}).text
    assert TITLES.findall(found)
    assert all("7" in title for title in TITLES.findall(found))
    names = page.client.get("/page/library/names", params={"search": "059"}).json()
    assert names == ["059.txt"]
    assert "No document has these words" in page.client.get("/page/library/list?search=zebra").text


def test_a_chat_is_limited_and_freed_again(page: Opened) -> None:
    page.send(dict(TEXTS))
    chat = page.library.index.chats.create("t")
    told = page.client.post("/page/library/choice", json={"chat": chat, "sources": ["روما.txt"]}).json()
    assert told["sources"] == ["روما.txt"]
    assert "Only 1 document" in told["button"]
    assert "وثيقة واحدة فقط" in told["button"]
    assert page.client.get("/page/library/choice", params={"chat": chat}).json() == told
    page.client.post("/page/library/remove", json={"source": "روما.txt"})
    told = page.client.get("/page/library/choice", params={"chat": chat}).json()
    assert "no longer in the library" in told["line"]
    page.client.post("/page/library/choice", json={"chat": chat, "sources": []})
    assert page.library.index.chats.choice(chat) == Choice()
    draft = page.client.post("/page/library/choice", json={"sources": ["harbour.txt", "gone.txt"]}).json()
    assert draft["sources"] == ["harbour.txt"]


@pytest.mark.parametrize("name", ["<b onclick=x>.txt", "a'\"&amp;.txt", "gpj.\u202efdp.txt", "${x}{{y}}.txt"])
def test_names_are_text(page: Opened, name: str) -> None:
    page.send({name: "<script>x</script> is the title. It goes on.", "film<i>.mp4": b"x"})
    shown = page.client.get("/page/library").text
    assert "<script" not in shown
    assert "<b onclick" not in shown
    assert "<i>" not in shown
    assert "\u202e" not in shown


def test_changes_wait_for_each_other(tmp_path: Path) -> None:
    embedder = GatedEmbedder()
    with opened(tmp_path / "home", embedder) as page:
        (tmp_path / "a.txt").write_text("One. Two.", encoding="utf-8")
        embedder.shut()
        commands: Commands = page.commands
        sync = Sync(("a.txt",), str(tmp_path))
        thread = threading.Thread(target=commands.change, args=(sync,))
        thread.start()
        assert embedder.reached.wait(PATIENCE_SECONDS)
        ids = page.offer({"b.txt": "Three. Four."})
        page.client.put(f"/page/library/files/{ids['b.txt']}", content=b"Three. Four.")
        assert "Waiting for another change" in page.client.get("/page/library/adding").text
        embedder.gate.set()
        thread.join(PATIENCE_SECONDS)
        page.done()
        assert page.sources() == ["a.txt", "b.txt"]


def test_the_limit_is_told(tmp_path: Path) -> None:
    with opened(tmp_path / "home", max_file_mb=7) as page:
        assert "<bdi>7</bdi> MB" in page.client.get("/page/library").text
