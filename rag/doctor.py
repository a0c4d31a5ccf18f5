"""`rag doctor`: what is there and what is missing, in plain words, each with the next step.

It looks without touching: no lock is taken, nothing is prepared, nothing heavy is imported.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from rag.embed import bundled as e5
from rag.errors import LibraryError, ModelError, RagError
from rag.generate import list_ollama_models
from rag.generate.chat import AUTO, EXTRACTIVE
from rag.index import peek
from rag.settings import BUNDLED_MODEL, Settings

State = Literal["good", "missing", "broken"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `missing` still works in some way; `broken` does not. A good one has no step."""

    topic: str
    state: State
    en: str
    ar: str
    step_en: str = ""
    step_ar: str = ""

    def as_json(self) -> dict[str, Any]:
        """The finding as `rag doctor --json` prints it."""
        return asdict(self)


def examine(settings: Settings) -> list[Finding]:
    """Everything the doctor looks at, in the order in which a new user needs it."""
    return [_embedding_model(settings), _library(settings), *_chat_model(settings)]


def _embedding_model(settings: Settings) -> Finding:
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


def _library(settings: Settings) -> Finding:
    try:
        summary = peek(settings.home)
    except LibraryError as error:
        return Finding("library", "broken", error.en, error.ar)
    if summary is None or summary.sources == 0:
        return Finding(
            "library",
            "missing",
            f"Library: empty ({settings.home}).",
            f"المكتبة: فارغة ({settings.home}).",
            "Add documents with: rag sync PATH",
            "أضف وثائق بالأمر: rag sync PATH",
        )
    if summary.stale_sources:
        return Finding(
            "library",
            "broken",
            f"Library: {summary.stale_sources} sources wait for the rebuild to finish.",
            f"المكتبة: {summary.stale_sources} مصدرًا بانتظار إتمام إعادة البناء.",
            "Run: rag rebuild",
            "نفّذ: rag rebuild",
        )
    return Finding(
        "library",
        "good",
        f"Library: {summary.sources} sources, {summary.passages} passages ({settings.home}).",
        f"المكتبة: {summary.sources} مصدرًا و{summary.passages} مقطعًا ({settings.home}).",
    )


def _chat_model(settings: Settings) -> list[Finding]:
    if settings.llm == EXTRACTIVE:
        return [
            Finding(
                "chat",
                "good",
                "Answers: extractive (RAG_LLM=extractive), quoting the documents.",
                "الأجوبة: اقتباس من الوثائق (RAG_LLM=extractive).",
            )
        ]
    try:
        models = list_ollama_models(settings.llm_url)
    except ModelError as error:
        return [
            Finding(
                "chat",
                "missing" if settings.llm == AUTO else "broken",
                f"Ollama: does not answer at {settings.llm_url}; answers quote the documents instead.",
                f"Ollama: لا يردّ على {settings.llm_url}، فتُقتبس الأجوبة من الوثائق.",
                error.en,
                error.ar,
            )
        ]
    if not models:
        return [
            Finding(
                "chat",
                "missing",
                f"Ollama: answers at {settings.llm_url} but has no chat model.",
                f"Ollama: يعمل على {settings.llm_url} ولا نموذج محادثة فيه.",
                "Run, for example: ollama pull qwen3:4b",
                "نفّذ مثلًا: ollama pull qwen3:4b",
            )
        ]
    wanted = settings.llm.removeprefix("ollama:")
    if settings.llm != AUTO and not {wanted, f"{wanted}:latest"} & set(models):
        return [
            Finding(
                "chat",
                "broken",
                f"Ollama: has no model '{wanted}'; it has {', '.join(models)}.",
                f"Ollama: لا يملك النموذج «{wanted}»، ولديه: {'، '.join(models)}.",
                f"Run: ollama pull {wanted}",
                f"نفّذ: ollama pull {wanted}",
            )
        ]
    used = models[0] if settings.llm == AUTO else wanted
    return [
        Finding(
            "chat",
            "good",
            f"Ollama: answers at {settings.llm_url}; {used} writes the answers ({len(models)} models there).",
            f"Ollama: يعمل على {settings.llm_url}، ويكتب الأجوبةَ {used} (النماذج: {len(models)}).",
        )
    ]
