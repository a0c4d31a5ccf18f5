"""Engines that write answers: chat models through LangChain, and the extractive answerer.

chat.py       Ollama's chat models, streamed, their faults translated
extract.py    the one to three sentences that answer, quoted
"""

from rag.generate.chat import ChatEngine, OllamaEngine, list_ollama_models, open_chat_engine
from rag.generate.extract import extract_claims

__all__ = ["ChatEngine", "OllamaEngine", "extract_claims", "list_ollama_models", "open_chat_engine"]
