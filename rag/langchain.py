"""The product's parts behind LangChain's interfaces, so that its users can take any of them."""

from __future__ import annotations

from collections.abc import Callable

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever

from rag.schema import Embedder, Hit, Retrieval
from rag.serialise import hit_json


class LangChainEmbeddings(Embeddings):
    """An Embedder as LangChain's `Embeddings`. Unlike `HuggingFaceEmbeddings` it keeps questions and passages
    apart, which E5 and BGE need."""

    def __init__(self, embedder: Embedder) -> None:
        self.embedder = embedder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of passages, one list a text."""
        vectors: list[list[float]] = self.embedder.embed_passages(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question."""
        vector: list[float] = self.embedder.embed_queries([text])[0].tolist()
        return vector


class LangChainRetriever(BaseRetriever):
    """The whole retrieval as LangChain's `BaseRetriever`.

    `search` is `Assistant.search` or anything of its shape. A passage's metadata are those of `rag search --json`,
    without its text: source, title, page, start, end, score, best_sentence, also_in.
    """

    search: Callable[[str, int], Retrieval]
    k: int = 6

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        return [_as_document(hit) for hit in self.search(query, self.k).hits]


def _as_document(hit: Hit) -> Document:
    metadata = hit_json(hit)
    return Document(page_content=metadata.pop("text"), metadata=metadata, id=hit.passage.id)
