"""Chroma: the passages nearest to a vector, by cosine similarity.

Chroma holds ids and vectors, no text, in one collection per language: asked for one language of a single collection
it would filter by metadata, which takes ten times as long as an unfiltered search. Locally it owns a folder, which
no second process may open; with a server, collections named after the library.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast, get_args
from urllib.parse import urlsplit

import numpy as np

from rag.errors import LibraryError
from rag.index.failures import storage_error
from rag.index.rows import VectorRow, batches
from rag.index.spare import SpareRoom
from rag.index.stores import StoreBrokenError
from rag.schema import Language, Vectors

if TYPE_CHECKING:
    import httpx
    from chromadb import Collection
    from chromadb.api.client import AdminClient, Client
    from chromadb.api.collection_configuration import CreateHNSWConfiguration


@dataclass(frozen=True, slots=True)
class Hnsw:
    """How dense the graph of neighbours is, and how many candidates building and searching it keep in view."""

    max_neighbors: int
    ef_construction: int
    ef_search: int

    @property
    def version(self) -> str:
        """The name of what is built with it."""
        return f"{LAYOUT}.hnsw.{self.max_neighbors}.{self.ef_construction}.{self.ef_search}"


# How collections are laid out: a store with another layout is made anew.
LAYOUT = "by-language"
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)


# benchmarks/vectors.py, 31,686 real passages and sentences, 500 questions: recall@50 is 0.991 at 1.4 ms a query.
# Chroma's own 16/100/100 gives 0.941 at 0.7 ms, ef_search 400 gives 0.997 at 2.2 ms, exact search takes 2.1 ms.
CHOSEN = Hnsw(max_neighbors=32, ef_construction=200, ef_search=200)

COLLECTION = "passages"
SERVER_TIMEOUT_SECONDS = 5.0
# Chroma makes vectors unit length again when it takes them: theirs and ours differ by at most 2e-8.
ROUNDING = 1e-6


class VectorStore:
    """Open Chroma collections, one per language. Thread-safe for searching; changes come from one thread at a time."""

    def __init__(
        self, client: Client, name: str, where: str, hnsw: Hnsw, spare: SpareRoom | None = None
    ) -> None:
        """Take over a client, which `close` closes; the collections are called `name`-ar and `name`-en, and `spare` is
        what to wipe of a folder. Raises StoreBrokenError, or LibraryError where the disk or the server is the reason;
        the client is closed then."""
        self._client = client
        self._where = where
        self._spare = spare
        try:
            with translated(where):
                self._collections = {
                    language: _collection(client, collection_name(name, language), hnsw)
                    for language in LANGUAGES
                }
                self._batch_size = client.get_max_batch_size()
        except BaseException:
            self.close()
            raise

    def count(self) -> int:
        """Passages held."""
        with translated(self._where):
            return sum(collection.count() for collection in self._collections.values())

    def put(self, rows: Sequence[VectorRow]) -> None:
        """Add passages, or replace those with the same id, whatever their language was."""
        for language, collection in self._collections.items():
            self._delete([row.passage_id for row in rows if row.language != language], language)
            own = [row for row in rows if row.language == language]
            with translated(self._where):
                for batch in batches(own, self._batch_size):
                    # Not `add`, which silently ignores a known id.
                    collection.upsert(
                        ids=[row.passage_id for row in batch],
                        embeddings=np.stack([row.vector for row in batch]),
                    )

    def delete(self, passage_ids: Sequence[str]) -> None:
        """Remove passages; ids that are not held are fine."""
        for language in LANGUAGES:
            self._delete(passage_ids, language)

    def commit(self) -> None:
        """Nothing to do: Chroma writes each change through."""

    def query(self, vector: Vectors, k: int, language: Language | None = None) -> list[tuple[str, float]]:
        """At most `k` passage ids, of one language where one is named, with their cosine similarity to `vector`,
        best first."""
        asked = LANGUAGES if language is None else (language,)
        found = [hit for one in asked for hit in self._nearest(vector, k, one)]
        return sorted(found, key=itemgetter(1), reverse=True)[:k]

    def answers(self, row: VectorRow) -> bool:
        """Whether the passage is held as it is, and a search finds something in every language that holds any.

        Not whether it finds this passage: among hundreds of equal ones the graph of neighbours has no way to it.
        """
        with translated(self._where):
            filled = {language for language, one in self._collections.items() if one.count()}
        finding = {language for language in LANGUAGES if self._nearest(row.vector, 1, language)}
        return not self.differing([row]) and finding == filled

    def worn(self) -> bool:
        """Never: vectors that are gone have no part in the similarity of those that are there."""
        return False

    def ids(self) -> list[str]:
        """The ids of all passages held; one that two languages hold comes twice."""
        with translated(self._where):
            return [id_ for one in self._collections.values() for id_ in one.get(include=[])["ids"]]

    def differing(self, rows: Sequence[VectorRow]) -> list[str]:
        """The ids of those passages, all of which are held, that have another vector or language."""
        found: dict[tuple[str, Language], Any] = {}
        for language, collection in self._collections.items():
            own = [row.passage_id for row in rows if row.language == language]
            for batch in batches(own, self._batch_size):
                with translated(self._where):
                    held = collection.get(ids=list(batch), include=["embeddings"])
                vectors = [] if held["embeddings"] is None else held["embeddings"]
                found.update(zip(((id_, language) for id_ in held["ids"]), vectors, strict=True))
        return [
            row.passage_id
            for row in rows
            if (row.passage_id, row.language) not in found
            or not np.allclose(found[row.passage_id, row.language], row.vector, rtol=0, atol=ROUNDING)
        ]

    def _nearest(self, vector: Vectors, k: int, language: Language) -> list[tuple[str, float]]:
        with translated(self._where):
            found = self._collections[language].query(
                query_embeddings=vector[np.newaxis, :], n_results=k, include=["distances"]
            )
        distances = found["distances"] or [[]]
        return [(id_, 1.0 - distance) for id_, distance in zip(found["ids"][0], distances[0], strict=True)]

    def _held(self, passage_ids: Sequence[str], language: Language) -> list[str]:
        with translated(self._where):
            return self._collections[language].get(ids=list(passage_ids), include=[])["ids"]

    def _delete(self, passage_ids: Sequence[str], language: Language) -> None:
        """Remove those that a language holds: asking first is cheaper than deleting what is not there."""
        for batch in batches(passage_ids, self._batch_size):
            if held := self._held(batch, language):
                with translated(self._where):
                    self._collections[language].delete(ids=held)

    def close(self) -> None:
        """Let go of the folder or the connection. Doing it twice does no harm."""
        _close(self._client)
        if self._spare is not None:
            with translated(self._where):
                self._spare.wipe()


def collection_name(name: str, language: Language) -> str:
    """The collection of one language in the store called `name`."""
    return f"{name}-{language}"


def _collection(client: Client, name: str, hnsw: Hnsw) -> Collection:
    wanted: CreateHNSWConfiguration = {
        "space": "cosine",
        "max_neighbors": hnsw.max_neighbors,
        "ef_construction": hnsw.ef_construction,
        "ef_search": hnsw.ef_search,
    }
    # Without `embedding_function=None` Chroma would fetch a model of its own.
    collection = client.get_or_create_collection(
        name, embedding_function=None, configuration={"hnsw": wanted}
    )
    with warnings.catch_warnings():
        # Reading a configuration without an embedding function warns that it is "legacy".
        warnings.simplefilter("ignore", DeprecationWarning)
        configured: dict[str, Any] = dict(collection.configuration.get("hnsw") or {})
    if {key: configured.get(key) for key in wanted} != wanted:
        # Chroma ignores the asked configuration when the collection exists with another.
        raise StoreBrokenError(f"Chroma: the collection is configured as {configured}, not {wanted}")
    return collection


def open_folder(folder: Path, hnsw: Hnsw = CHOSEN) -> VectorStore:
    """Open a Chroma folder, or make it. Raises StoreBrokenError, or LibraryError where the disk is the
    reason."""
    import chromadb

    with translated(str(folder)):
        spare = SpareRoom(folder)
        client = cast("Client", chromadb.PersistentClient(path=folder, settings=_settings()))
    return VectorStore(client, COLLECTION, str(folder), hnsw, spare)


class ServerShelf:
    """Generations as collections of a Chroma server, named after the library they follow."""

    def __init__(self, url: str, library_id: str) -> None:
        self._url = url
        self._prefix = f"sanad-{library_id}-"

    def open(self, generation: str) -> VectorStore:
        """Open a generation, or make it, empty. Raises LibraryError when no server answers."""
        return VectorStore(self._connect(), self._prefix + generation, self._url, CHOSEN)

    def has(self, generation: str) -> bool:
        """Whether there is such a generation; `open` would make it."""
        wanted = {collection_name(self._prefix + generation, language) for language in LANGUAGES}
        client = self._connect()
        try:
            with translated(self._url):
                return wanted <= {collection.name for collection in client.list_collections()}
        finally:
            _close(client)

    def sweep(self, keep: str) -> None:
        """Remove every other generation, also those that a crash left half made."""
        kept = {collection_name(self._prefix + keep, language) for language in LANGUAGES}
        client = self._connect()
        try:
            with translated(self._url):
                for collection in client.list_collections():
                    if collection.name.startswith(self._prefix) and collection.name not in kept:
                        client.delete_collection(collection.name)
        finally:
            _close(client)

    def _connect(self) -> Client:
        import chromadb
        import httpx

        address = urlsplit(self._url)
        secure = address.scheme == "https"
        try:
            with translated(self._url):
                # Chroma itself would wait for a silent server for ever.
                httpx.get(f"{self._url}/api/v2/heartbeat", timeout=SERVER_TIMEOUT_SECONDS).raise_for_status()
                client = chromadb.HttpClient(
                    host=address.hostname or "",
                    port=address.port or (443 if secure else 80),
                    ssl=secure,
                    settings=_settings(),
                )
                return cast("Client", client)
        except StoreBrokenError as error:
            # What answers there is not Chroma, or not one that lets us in.
            raise _unreachable(self._url) from error


def _close(client: Client) -> None:
    """Close a client, and the two HTTP sessions that Chroma 1.5.9 leaves open when it talks to a server."""
    client.close()
    for part in (client, cast("AdminClient", client._admin_client)):
        session: httpx.Client | None = getattr(part._server, "_session", None)
        if session is not None:
            session.close()


def _settings() -> Any:
    from chromadb.config import Settings

    return Settings(anonymized_telemetry=False)


@contextmanager
def translated(where: str) -> Iterator[None]:
    """Chroma's errors in the words of this product."""
    import httpx
    from chromadb.errors import ChromaError

    try:
        yield
    except httpx.HTTPError as error:
        raise _unreachable(where) from error
    # AttributeError: what Chroma's client says of itself once it failed to start.
    except (ChromaError, OSError, ValueError, RuntimeError, AttributeError) as error:
        known = storage_error(error, Path(where))
        if known is not None:
            raise known from error
        raise StoreBrokenError(f"Chroma: {error}") from error


def _unreachable(url: str) -> LibraryError:
    return LibraryError(
        en=f"No Chroma server answers at {url}. Start it (chroma run --path … --port …), or clear "
        "RAG_CHROMA_URL to keep the vectors in the data folder.",
        ar=f"لا يوجد خادم Chroma يجيب على {url}. شغّله (chroma run --path … --port …) أو أفرغ RAG_CHROMA_URL "
        "لحفظ المتجهات في مجلد البيانات.",
    )
