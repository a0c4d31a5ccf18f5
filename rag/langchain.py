"""The product's parts behind LangChain's interfaces, so that its users can take any of them."""

from __future__ import annotations

from langchain_core.embeddings import Embeddings

from rag.schema import Embedder


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
