"""`rag doctor`: what is there and what is missing, in plain words, each with the next step.

It mends nothing. Without `deep` it looks without touching: the folder is not taken, nothing is prepared, nothing heavy
is imported.

    finding.py  one thing that was looked at
    model.py    the embedding model
    library.py  the library, who has it, and with `deep` whether its stores agree with it
    ocr.py      whether pictures of text are read
    chat.py     who writes the answers
"""

from __future__ import annotations

from rag.doctor.chat import ModelServer, look_at_chat_model, look_at_model_server
from rag.doctor.finding import Finding
from rag.doctor.library import look_at_library
from rag.doctor.model import look_at_embedding_model
from rag.doctor.ocr import look_at_ocr
from rag.settings import Settings

__all__ = ["Finding", "ModelServer", "examine", "look_at_chat_model", "look_at_model_server"]


def examine(settings: Settings, *, deep: bool = False) -> list[Finding]:
    """Everything the doctor looks at, in the order in which a new user needs it. With `deep` the three stores are
    compared, passage by passage, for which nobody else may have the data folder."""
    return [
        look_at_embedding_model(settings),
        *look_at_library(settings, deep=deep),
        look_at_ocr(settings),
        look_at_chat_model(settings),
    ]
