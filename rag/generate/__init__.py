"""Engines that write answers: chat models through LangChain, and the extractive answerer.

engine.py     what a chat model is to the rest of the house
ollama.py     Ollama's chat models, streamed, their faults translated
openai.py     the same for any server that speaks OpenAI's protocol
chat.py       which of them the settings name
extract.py    the one to four sentences that answer, quoted
"""

from rag.generate.chat import open_chat_engine
from rag.generate.engine import ChatEngine, Reply
from rag.generate.extract import extract_claims
from rag.generate.ollama import OllamaEngine, list_ollama_models
from rag.generate.openai import OpenAIEngine

__all__ = [
    "ChatEngine",
    "OllamaEngine",
    "OpenAIEngine",
    "Reply",
    "extract_claims",
    "list_ollama_models",
    "open_chat_engine",
]
