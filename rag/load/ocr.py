"""Tesseract: a picture of a page → its text. A program of its own, which people install if they want it (RAG_OCR).

Arabic and English are read together, and where a page is Arabic once more as Arabic alone: read together, a short
Arabic word comes out as Latin letters now and then ("age" for جهد), which the second reading knows better. A page that
makes no sense may lie on its side, and is read once more after finding out which way is up.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from rag.load.ocr_words import PictureText, Word, corrected, page_texts, read_words, wants_correction

PROGRAM = "tesseract"
_TOGETHER, _ARABIC = ("ara", "eng"), ("ara",)
# Its modes of layout: finding out which way is up takes half as long again as reading a page that is.
_UPRIGHT, _TURNED = "3", "1"
# What is said where memory is short: by C++, and by the library that opens pictures.
_TOO_LARGE_WORDS = (b"bad_alloc", b"malloc fail", b"too large")
# Of its signals Python names none on Windows.
_SIGXCPU = 24
_ASKING_SECONDS = 10.0

Recognise = Callable[[bytes], Sequence[PictureText]]
"""The text of each page of a picture file on which something is written. Raises PictureError."""


class PictureError(Exception):
    """A picture could not be read. Never leaves rag.load."""

    def __init__(self, reason: Literal["slow", "large", "broken"]) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class OcrProblem:
    """Why pictures cannot be read here, and what to do, in both languages."""

    en: str
    ar: str
    step_en: str = (
        "Run: apt-get install tesseract-ocr tesseract-ocr-ara (macOS: brew install tesseract tesseract-lang), "
        "or set RAG_OCR=off."
    )
    step_ar: str = (
        "نفّذ: apt-get install tesseract-ocr tesseract-ocr-ara (وفي macOS:‏ brew install tesseract tesseract-lang)، "
        "أو اضبط RAG_OCR=off."
    )


NO_PROGRAM = OcrProblem(
    "RAG_OCR=on needs Tesseract, which is not installed.",
    "يحتاج RAG_OCR=on إلى Tesseract، وهو غير مثبّت.",
)
NO_ARABIC = OcrProblem(
    "RAG_OCR=on needs Arabic and English for Tesseract, and they are not all installed.",
    "يحتاج RAG_OCR=on إلى العربية والإنجليزية في Tesseract، وليستا مثبّتتين كلتاهما.",
)


def ocr_problem() -> OcrProblem | None:
    """What is missing to read pictures; None where nothing is."""
    program = shutil.which(PROGRAM)
    if program is None:
        return NO_PROGRAM
    try:
        listed = subprocess.run(
            [program, "--list-langs"], capture_output=True, timeout=_ASKING_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return NO_PROGRAM
    languages = (listed.stdout + listed.stderr).decode("utf-8", "replace").split()
    return None if set(_TOGETHER) <= set(languages) else NO_ARABIC


@dataclass(frozen=True, slots=True)
class Tesseract:
    """Reads pictures, as `Recognise`, each within `seconds`. What the process that calls it may compute, and its
    memory, bound it too, where the system hands such limits down."""

    seconds: float

    def __call__(self, picture: bytes) -> list[PictureText]:
        """See `Recognise`. Raises OSError where the program cannot be started."""
        texts = self._texts(picture, _UPRIGHT)
        if any(page.is_noise for page in texts):
            with suppress(PictureError):  # what tells which way is up may not be installed
                texts = self._texts(picture, _TURNED)
        return texts

    def _texts(self, picture: bytes, layout: str) -> list[PictureText]:
        words = self._words(picture, _TOGETHER, layout)
        if wants_correction(words):
            words = corrected(words, self._words(picture, _ARABIC, layout))
        return page_texts(words)

    def _words(self, picture: bytes, languages: Sequence[str], layout: str) -> list[Word]:
        # One thread: several make it slower where several pages are read at one time.
        environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
        try:
            done = subprocess.run(
                [PROGRAM, "stdin", "stdout", "-l", "+".join(languages), "--psm", layout, "tsv"],
                input=picture,
                capture_output=True,
                timeout=self.seconds,
                env=environment,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise PictureError("slow") from error
        if done.returncode == 0:
            return read_words(done.stdout.decode("utf-8", "replace"))
        if done.returncode == -_SIGXCPU:
            raise PictureError("slow")
        raise PictureError("large" if any(word in done.stderr for word in _TOO_LARGE_WORDS) else "broken")
