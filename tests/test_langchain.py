"""The parts in somebody else's chain."""

from __future__ import annotations

import pytest
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnableLambda, RunnablePassthrough
from langchain_core.vectorstores import InMemoryVectorStore

from rag.assistant import Assistant
from rag.langchain import LangChainEmbeddings, LangChainRetriever, answer_blocks


def test_the_retriever_in_a_chain(seeds_assistant: Assistant) -> None:
    retriever = LangChainRetriever(search=seeds_assistant.search, k=3)
    prompts: list[str] = []
    prompt = ChatPromptTemplate.from_template("{sources}\n{question}")
    model = GenericFakeChatModel(messages=iter([AIMessage("81 [1]")]))
    chain = (
        {"sources": retriever, "question": RunnablePassthrough()}
        | prompt
        | RunnableLambda(lambda filled: prompts.append(filled.to_string()) or filled)
        | model
        | StrOutputParser()
    )
    assert chain.invoke("كم دولة شاركت في اجتماع روما؟") == "81 [1]"
    assert "81 دولة" in prompts[0]


def test_documents_carry_offsets_into_the_original(seeds_assistant: Assistant) -> None:
    documents = LangChainRetriever(search=seeds_assistant.search, k=3).invoke("Blinken")
    assert len(documents) == 3
    for document in documents:
        meta = document.metadata
        original = seeds_assistant.page_text(meta["source"], meta["page"])
        assert document.page_content == original[meta["start"] : meta["end"]]
        assert meta["best_sentence"]["text"] in document.page_content


def test_the_embedder_in_a_vector_store(seeds_assistant: Assistant) -> None:
    store = InMemoryVectorStore(LangChainEmbeddings(seeds_assistant.embedder))
    store.add_texts(["يصب النيل في البحر المتوسط.", "The match ended in a draw."])
    (found,) = store.similarity_search("Where does the Nile flow into?", k=1)
    assert "النيل" in found.page_content


@pytest.mark.parametrize(
    "question", ["كم دولة شاركت في اجتماع روما؟", "How many countries took part in the Rome meeting?"]
)
def test_an_answer_as_content_blocks_with_standard_citations(
    seeds_assistant: Assistant, question: str
) -> None:
    answer = seeds_assistant.ask(question)
    message = AIMessage(content_blocks=answer_blocks(answer))
    (block,) = message.content_blocks
    assert block["type"] == "text"
    assert block["text"] == answer.text
    annotations = block["annotations"]
    assert len(annotations) == sum(len(claim.citations) for claim in answer.claims) > 0
    for annotation in annotations:
        assert annotation["type"] == "citation"
        claim = answer.text[annotation["start_index"] : annotation["end_index"]]
        assert claim in [told.text for told in answer.claims]
        extras = annotation["extras"]
        original = seeds_assistant.page_text(annotation["url"], extras.get("page"))
        assert original[extras["start"] : extras["end"]] == annotation["cited_text"]


def test_a_refusal_as_content_blocks(seeds_assistant: Assistant) -> None:
    answer = seeds_assistant.ask("What is the boiling point of tungsten in kelvin?")
    assert answer.refused
    (block,) = answer_blocks(answer)
    assert (block["text"], block["annotations"]) == (answer.text, [])
