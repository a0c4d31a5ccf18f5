"""Pictures of text for the tests of OCR: what a browser shows, and a program that stands in for Tesseract."""

from __future__ import annotations

import html
import io
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, ViewportSize

from rag.load.ocr import PROGRAM, ocr_problem
from tests.chromium import launched

# 2.6 times the screen's 96 dots per inch: what a scanner at 250 dpi gives.
SHARPNESS = 2.6
DENSITY = {"PDF": {"resolution": 96 * SHARPNESS}}
FONT = "Noto Naskh Arabic, DejaVu Sans"


def skip_without_tesseract() -> None:
    """Skip the test where pictures cannot be read, and say why."""
    problem = ocr_problem()
    if problem:
        pytest.skip(f"Tesseract with Arabic is not installed: {problem.step_en}")


@contextmanager
def browser() -> Iterator[Browser]:
    """A browser; the test is skipped where none is installed."""
    with launched(to="run the tests of OCR") as chromium:
        viewport: ViewportSize = {"width": 760, "height": 1000}
        yield Browser(chromium.new_page(viewport=viewport, device_scale_factor=SHARPNESS))


class Browser:
    """Takes pictures of texts."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def picture(self, text: str, direction: str) -> bytes:
        """A PNG of paragraphs as a page shows them."""
        paragraphs = "".join(f"<p>{html.escape(line)}</p>" for line in text.splitlines() if line.strip())
        style = f"font:17px/1.6 {FONT};width:640px;margin:40px 60px;background:white"
        self._page.set_content(f'<body dir="{direction}" style="{style}">{paragraphs}</body>')
        return self._page.screenshot(full_page=True)


def turned(picture: bytes) -> bytes:
    """The picture on its side."""
    return _saved([Image.open(io.BytesIO(picture)).rotate(90, expand=True)], "PNG")


def mirrored(picture: bytes) -> bytes:
    """The picture as in a mirror: it looks like writing, and nobody can read it."""
    return _saved([Image.open(io.BytesIO(picture)).transpose(Image.Transpose.FLIP_LEFT_RIGHT)], "PNG")


def bound(pictures: Sequence[bytes], form: str) -> bytes:
    """The pictures as the pages of one PDF or TIFF file, as a scanner makes it; an empty one is a blank page."""
    pages = [Image.open(io.BytesIO(one)) if one else Image.new("L", (800, 1000), "white") for one in pictures]
    return _saved([page.convert("L") for page in pages], form)


def as_form(picture: bytes, form: str) -> bytes:
    """The picture in another format."""
    return _saved([Image.open(io.BytesIO(picture)).convert("RGB")], form)


def _saved(pages: Sequence[Image.Image], form: str) -> bytes:
    target = io.BytesIO()
    first, *others = pages
    if others:
        first.save(target, form, save_all=True, append_images=others, **DENSITY.get(form, {}))
    else:
        first.save(target, form)
    return target.getvalue()


def stand_in(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a shell script be all there is of Tesseract; the test is skipped where there is no shell."""
    if os.name != "posix":
        pytest.skip("what stands in for Tesseract is a shell script")
    program = folder / PROGRAM
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
