"""The product's parts behind LangChain's interfaces, so that its users can take any of them."""

from __future__ import annotations

from collections.abc import Callable

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.messages.content import (
    Citation,
    NonStandardAnnotation,
    TextContentBlock,
    create_citation,
    create_text_block,
)
from langchain_core.retrievers import BaseRetriever

from rag.schema import Answer, Embedder, Hit, Retrieval
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
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002 - the signature is the library's
    ) -> list[Document]:
        return [_as_document(hit) for hit in self.search(query, self.k).hits]


def _as_document(hit: Hit) -> Document:
    metadata = hit_json(hit)
    return Document(page_content=metadata.pop("text"), metadata=metadata, id=hit.passage.id)


def answer_blocks(answer: Answer) -> list[TextContentBlock]:
    """An answer as the content of a LangChain message: one text block, annotated with standard citations.

    `AIMessage(content=answer_blocks(answer))` works everywhere. A citation's indices are those of the claim in
    `answer.text`; `url` is the source, and its extras are page (of paginated formats), start and end there, n and the
    claim's status. A claim that no source carries has no annotation.
    """
    by_number = {citation.n: citation for citation in answer.citations}
    annotations: list[Citation | NonStandardAnnotation] = []
    position = 0
    for claim in answer.claims:
        start = answer.text.index(claim.text, position)
        position = start + len(claim.text)
        annotations.extend(
            create_citation(
                url=cited.source,
                title=cited.title,
                start_index=start,
                end_index=position,
                cited_text=cited.quote,
                page=cited.page,
                start=cited.start,
                end=cited.end,
                n=cited.n,
                status=claim.status,
            )
            for cited in (by_number[number] for number in claim.citations)
        )
    return [create_text_block(answer.text, annotations=annotations)]
