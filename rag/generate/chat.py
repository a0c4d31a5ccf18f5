"""Which chat model answers: what the setting RAG_LLM names, if it is there."""

from __future__ import annotations

from rag.errors import ModelUnreachableError
from rag.generate.engine import ChatEngine
from rag.generate.ollama import OLLAMA_PREFIX, PROBE_SECONDS, OllamaEngine, list_ollama_models, missing
from rag.generate.openai import OPENAI_PREFIX, OpenAIEngine

EXTRACTIVE = "extractive"
AUTO = "auto"


def open_chat_engine(
    llm: str,
    *,
    url: str,
    context_tokens: int,
    answer_tokens: int,
    temperature: float = 0.0,
    seed: int = 0,
    connect_seconds: float = 3.0,
    read_seconds: float = 120.0,
    keep_alive: str = "5m",
    api_key: str = "",
) -> ChatEngine | None:
    """The engine that `RAG_LLM` names; None stands for the extractive answerer.

    `auto` takes the most recent chat model of the Ollama at `url` and falls back to None without a word. A model
    that was asked for by name must be there: raises ModelUnreachableError or ModelMissingError. Of a server that
    speaks OpenAI's protocol only the first question tells: not all of them list their models.
    """
    if llm == EXTRACTIVE:
        return None
    if llm.startswith(OPENAI_PREFIX):
        return OpenAIEngine(
            model=llm.removeprefix(OPENAI_PREFIX),
            url=url,
            api_key=api_key,
            answer_tokens=answer_tokens,
            temperature=temperature,
            seed=seed,
            connect_seconds=connect_seconds,
            read_seconds=read_seconds,
        )
    try:
        models = list_ollama_models(url, timeout_seconds=PROBE_SECONDS if llm == AUTO else connect_seconds)
    except ModelUnreachableError:
        if llm == AUTO:
            return None
        raise
    if llm == AUTO:
        if not models:
            return None
        model = models[0]
    else:
        model = llm.removeprefix(OLLAMA_PREFIX)
        if not {model, f"{model}:latest"} & set(models):
            raise missing(model, models)
    return OllamaEngine(
        model=model,
        url=url,
        context_tokens=context_tokens,
        answer_tokens=answer_tokens,
        temperature=temperature,
        seed=seed,
        connect_seconds=connect_seconds,
        read_seconds=read_seconds,
        keep_alive=keep_alive,
    )
