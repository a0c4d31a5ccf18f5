"""Small documents for the tests of the index, cut and embedded without the stages that really do it."""

from __future__ import annotations

import hashlib
import re
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from rag import text
from rag.index import Index, PassageKeys, SourceStat
from rag.index.database import MIGRATIONS
from rag.schema import Document, Page, Passage, Sentence
from tests.fakes import FakeEmbedder

ROOT = Path(__file__).resolve().parents[2]
EMBEDDER = FakeEmbedder()
FINGERPRINT = "fake-32 | 1 paragraph"

ARABIC = (
    "  وُلد نجيب محفوظ في القاهرة عام ١٩١١. نال جائزة نوبل في الأدب سنة 1988 🎉.\n\n"
    "كتب الثلاثية: بين القصرين، وقصر الشوق، والسكرية. هل قرأتها؟\n"
)
ENGLISH = "Cairo is the capital of Egypt. It lies on the Nile.\n\nAlexandria is a port. Ships leave daily!"


def open_index(home: Path, *, address: str = "", **changes: object) -> Index:
    """An index with the fake embedder's shape, announced at `address` where one is given."""
    options: dict[str, object] = {"fingerprint": FINGERPRINT, "dimension": EMBEDDER.dimension}
    index = Index.open(home, **(options | changes))  # type: ignore[arg-type]
    if address:
        index.announce(address, token="secret")
    return index


def document(source: str, *pages: str, headline: str = "", numbered: bool = False) -> Document:
    """A document of these page texts."""
    return Document(
        source=source,
        title=f"title of {source}",
        headline=headline,
        pages=tuple(Page(page, number if numbered else None) for number, page in enumerate(pages, start=1)),
        language=text.language("".join(pages)),
        media_type="text/plain",
    )


def passages_of(doc: Document) -> list[Passage]:
    """A passage a paragraph, of sentences that end in . ! or ؟."""
    passages = []
    for page in doc.pages:
        for paragraph in re.finditer(r"[^\n]+", page.text):
            spans = [
                (paragraph.start() + match.start(), paragraph.start() + match.end())
                for match in re.finditer(r"[^\s.!؟][^.!؟]*[.!؟]", paragraph.group())
            ]
            if spans:
                passages.append(_passage(doc, page, spans))
    return passages


def _passage(doc: Document, page: Page, spans: list[tuple[int, int]]) -> Passage:
    start, end = spans[0][0], spans[-1][1]
    name = "\0".join((doc.source, str(page.number), str(start), str(end), page.text[start:end]))
    return Passage(
        id=hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:32],
        source=doc.source,
        title=doc.title,
        headline=doc.headline,
        page=page.number,
        start=start,
        end=end,
        text=page.text[start:end],
        language=text.language(page.text[start:end]),
        sentences=tuple(Sentence(a, b, page.text[a:b]) for a, b in spans),
    )


def put(index: Index, doc: Document) -> list[Passage]:
    """Cut, embed and store a document as a sync does, without the flush."""
    passages = passages_of(doc)
    texts = [one.text for one in passages] + [s.text for one in passages for s in one.sentences]
    named = {index.embedding_key(one): one for one in texts}
    missing = index.missing_embeddings(named)
    if missing:
        vectors = EMBEDDER.embed_passages([named[key] for key in missing])
        index.store_embeddings(dict(zip(missing, vectors, strict=True)))
    keys = [
        PassageKeys(index.embedding_key(one.text), tuple(index.embedding_key(s.text) for s in one.sentences))
        for one in passages
    ]
    index.replace_source(doc, stat_of(doc), passages, keys)
    return passages


def stat_of(doc: Document) -> SourceStat:
    """A stat that changes with the text."""
    content = "\0".join(page.text for page in doc.pages).encode()
    return SourceStat(hashlib.sha256(content).hexdigest(), len(content), 1_000_000_007, origin=doc.source)


def found(index: Index, question: str) -> tuple[list[str], list[str]]:
    """The ids that the two searches give."""
    near = index.nearest(EMBEDDER.embed_queries([question])[0], 50)
    words = index.keyword_search("stems", text.stems(question), 50)
    return [passage_id for passage_id, _ in near], [passage_id for passage_id, _ in words]


def run_and_crash(home: Path, statements: str) -> None:
    """Do something with `home` in another process, which `die` kills at once, or at the latest the end."""
    code = (
        "import os, pathlib, signal\n"
        "from tests.index.building import *\n"
        f"home = pathlib.Path({str(home)!r})\n"
        "def die(*_, **__):\n    os.kill(os.getpid(), signal.SIGKILL)\n"
        f"{statements}\n"
        "die()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr


def downgrade(home: Path, version: int) -> None:
    """Make the closed library of a data folder one of an older version, without what later ones have added."""
    with closing(sqlite3.connect(":memory:")) as older:
        for script in MIGRATIONS[:version]:
            older.executescript(script)
        made, columns = _made(older), _columns(older)
    with closing(sqlite3.connect(home / "library.sqlite")) as connection:
        for kind, name in sorted(_made(connection) - made):
            connection.execute(f"DROP {kind} IF EXISTS {name}")
        for table, column in sorted(_columns(connection) - columns):
            connection.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        connection.execute(f"PRAGMA user_version = {version}")
        assert (_made(connection), _columns(connection)) == (made, columns)


def _made(connection: sqlite3.Connection) -> set[tuple[str, str]]:
    """The tables and indexes of a library, as (kind, name)."""
    rows = connection.execute("SELECT type, name FROM sqlite_master WHERE sql IS NOT NULL")
    return {(str(kind), str(name)) for kind, name in rows}


def _columns(connection: sqlite3.Connection) -> set[tuple[str, str]]:
    """The columns of its tables, as (table, column)."""
    tables = [name for kind, name in _made(connection) if kind == "table"]
    return {
        (table, str(name))
        for table in tables
        for _, name, *_ in connection.execute(f"PRAGMA table_info({table})")
    }
