"""Engines that write answers: chat models through LangChain, and the extractive answerer.

engine.py     what a chat model is to the rest of the house
relay.py      what all of them share: the reply as it comes, how it ended, the faults of any server
ollama.py     Ollama's chat models, streamed, their faults translated
openai.py     the same for any server that speaks OpenAI's protocol
chat.py       which of them the settings name
extract.py    the one to four sentences that answer, quoted
excerpt.py    the part of such a sentence that is nearest to the question
translate.py  the question in the corpus's other language
"""

from rag.generate.chat import open_chat_engine
from rag.generate.engine import NO_ENGINE, ChatEngine, Reply, complete
from rag.generate.excerpt import Part, part_that_answers
from rag.generate.extract import extract_claims, gives_what_is_asked
from rag.generate.ollama import OllamaEngine, list_ollama_models
from rag.generate.openai import OpenAIEngine

__all__ = [
    "NO_ENGINE",
    "ChatEngine",
    "OllamaEngine",
    "OpenAIEngine",
    "Part",
    "Reply",
    "complete",
    "extract_claims",
    "gives_what_is_asked",
    "list_ollama_models",
    "open_chat_engine",
    "part_that_answers",
]
