"""Whether pictures of text are read."""

from __future__ import annotations

from rag.doctor.finding import Finding
from rag.load import ocr_problem
from rag.settings import Settings


def look_at_ocr(settings: Settings) -> Finding:
    """What RAG_OCR says, and where it is on, whether there is what it takes."""
    if not settings.ocr:
        return Finding(
            "ocr",
            "good",
            "OCR: off; pages that are pictures are named and not read (RAG_OCR=on reads them).",
            "التعرّف الضوئي OCR: متوقف؛ الصفحات التي هي صور تُذكر ولا تُقرأ (يقرؤها RAG_OCR=on).",
        )
    problem = ocr_problem()
    if problem:
        return Finding(
            "ocr",
            "broken",
            f"OCR: {problem.en}",
            f"التعرّف الضوئي OCR: {problem.ar}",
            problem.step_en,
            problem.step_ar,
        )
    return Finding(
        "ocr",
        "good",
        "OCR: on; Tesseract reads pictures in Arabic and English.",
        "التعرّف الضوئي OCR: يعمل؛ يقرأ Tesseract الصور بالعربية والإنجليزية.",
    )
