"""Whether there is an embedding model."""

from __future__ import annotations

from rag.doctor.finding import Finding
from rag.embed import bundled as e5
from rag.errors import RagError
from rag.settings import BUNDLED_MODEL, Settings


def look_at_embedding_model(settings: Settings) -> Finding:
    """The embedding model of the settings. One of sentence-transformers is taken at its word: loading it takes long."""
    model = settings.embedding_model
    if model != BUNDLED_MODEL:
        return Finding(
            "embedding",
            "good",
            f"Embedding model: {model} (sentence-transformers)",
            f"نموذج التضمين: {model}",
        )
    try:
        e5.source_file()
    except RagError as error:
        return Finding("embedding", "broken", error.en, error.ar)
    if e5.read_manifest(e5.prepared_folder(settings.cache)) is None:
        return Finding(
            "embedding",
            "missing",
            "Embedding model: bundled, not prepared yet.",
            "نموذج التضمين: مضمَّن، لم يُعَدّ بعد.",
            "It is prepared by the first command that needs it, in a few seconds.",
            "يُعَدّ في ثوانٍ عند أول أمر يحتاج إليه.",
        )
    return Finding("embedding", "good", "Embedding model: bundled, prepared.", "نموذج التضمين: مضمَّن وجاهز.")
