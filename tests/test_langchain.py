"""The parts in somebody else's chain."""

from __future__ import annotations

from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnableLambda, RunnablePassthrough
from langchain_core.vectorstores import InMemoryVectorStore

from rag.assistant import Assistant
from rag.langchain import LangChainEmbeddings, LangChainRetriever


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
