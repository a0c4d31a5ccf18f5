"""Pictures of text, read by the real Tesseract where it is installed; and what is said where it is not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.errors import LoadError
from rag.load import PictureText, Tesseract, load_path, ocr_problem
from rag.load.ocr import NO_ARABIC, NO_PROGRAM, PictureError
from rag.load.pictures import read_picture
from rag.schema import Document
from tests.load import pdfs, scans

ARABIC_BAR, ENGLISH_BAR = 0.9, 0.97
ARABIC = """يقع ميناء طنجة المتوسط على مضيق جبل طارق، وقد افتُتح عام 2007 بعد أعمال دامت أربع سنوات كاملة.
بلغ عدد الحاويات التي عالجها الميناء 7,174,870 حاوية في سنة 2021، أي بزيادة قدرها 24 في المئة عن السنة السابقة.
وقال مدير الميناء إن شركة Maersk وقّعت عقدًا جديدًا، وهو جهد شامل جاء لأول مرة منذ عشر سنوات في كل دول المنطقة."""
ENGLISH = """The harbour of Tangier was opened in 1932 and is 14 metres deep at the southern mole.
Ships of 210 countries have called there; 3,400 people work in it, and 57% of them live in the old town."""


@pytest.fixture(scope="module")
def pictures() -> Iterator[dict[str, bytes]]:
    """The texts as a browser shows them, by language."""
    scans.skip_without_tesseract()
    with scans.browser() as browser:
        yield {"ar": browser.picture(ARABIC, "rtl"), "en": browser.picture(ENGLISH, "ltr")}


def _read(folder: Path, name: str, data: bytes) -> list[Document | LoadError]:
    (folder / name).write_bytes(data)
    return list(load_path(folder / name, source=name, max_bytes=10**8, recognise=Tesseract(60)))


@pytest.mark.parametrize(
    ("suffix", "form"), [("png", "PNG"), ("JPG", "JPEG"), ("tif", "TIFF"), ("webp", "WEBP")]
)
def test_a_picture_of_text_is_a_document(
    tmp_path: Path, pictures: dict[str, bytes], suffix: str, form: str
) -> None:
    (document,) = _read(tmp_path, f"صورة.{suffix}", scans.as_form(pictures["ar"], form))
    assert isinstance(document, Document)
    (page,) = document.pages
    assert (page.number, page.ocr, document.language, document.headline) == (None, True, "ar", "")
    assert pdfs.recall(ARABIC, page.text) >= ARABIC_BAR
    for number in ("2007", "7,174,870", "2021", "24", "Maersk"):
        assert number in page.text


def test_short_arabic_words_are_not_taken_for_latin_ones(tmp_path: Path, pictures: dict[str, bytes]) -> None:
    (document,) = _read(tmp_path, "a.png", pictures["ar"])
    assert isinstance(document, Document)
    latin = [word for word in document.pages[0].text.split() if word.isascii() and word.isalpha()]
    assert latin == ["Maersk"]


def test_a_page_that_lies_on_its_side_is_turned(tmp_path: Path, pictures: dict[str, bytes]) -> None:
    (document,) = _read(tmp_path, "a.png", scans.turned(pictures["en"]))
    assert isinstance(document, Document)
    assert pdfs.recall(ENGLISH, document.pages[0].text) >= ENGLISH_BAR


def test_a_scanned_pdf_is_read_page_by_page(tmp_path: Path, pictures: dict[str, bytes]) -> None:
    """A blank page is nothing to speak of; one that nobody can read is named."""
    mirror = scans.mirrored(pictures["ar"])
    document, failure = _read(
        tmp_path, "a.pdf", scans.bound([pictures["ar"], b"", pictures["en"], mirror], "PDF")
    )
    assert isinstance(document, Document)
    assert [(page.number, page.ocr) for page in document.pages] == [(1, True), (3, True)]
    assert pdfs.recall(ARABIC, document.pages[0].text) >= ARABIC_BAR
    assert pdfs.recall(ENGLISH, document.pages[1].text) >= ENGLISH_BAR
    assert isinstance(failure, LoadError)
    assert failure.en.startswith("a.pdf: pictures in which OCR finds no readable text on page 4 (")
    assert "في الصفحة 4" in failure.ar


def test_a_picture_file_of_several_pages(tmp_path: Path, pictures: dict[str, bytes]) -> None:
    (document,) = _read(tmp_path, "a.tiff", scans.bound([pictures["en"], b"", pictures["en"]], "TIFF"))
    assert isinstance(document, Document)
    assert [page.number for page in document.pages] == [1, 3]


def test_pages_of_a_picture_file_that_nobody_can_read_are_named() -> None:
    texts = [PictureText(1, "Harbour."), PictureText(3, "", is_noise=True), PictureText(4, "ميناء.")]
    document, failure = read_picture(b"", source="a.tif", media_type="image/tiff", recognise=lambda _: texts)
    assert isinstance(document, Document)
    assert [(page.number, page.text) for page in document.pages] == [(1, "Harbour."), (4, "ميناء.")]
    assert isinstance(failure, LoadError)
    assert "on pages 3, which" in failure.en
    assert "الصفحات 3" in failure.ar


@pytest.mark.parametrize(
    ("data", "en", "ar"),
    [
        (scans.bound([b""], "PNG"), "no readable text in this picture", "لم يجد التعرّف الضوئي"),
        (b"\x89PNG\r\n\x1a\n and no more", "is damaged and cannot be read as a picture", "تالف"),
        (b"no picture at all", "is damaged and cannot be read as a picture", "تالف"),
    ],
)
def test_what_cannot_be_read_says_so(tmp_path: Path, data: bytes, en: str, ar: str) -> None:
    scans.skip_without_tesseract()
    (failure,) = _read(tmp_path, "a.png", data)
    assert isinstance(failure, LoadError)
    assert en in failure.en
    assert ar in failure.ar


# What is there to do it


def test_without_tesseract_the_next_step_is_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert ocr_problem() == NO_PROGRAM
    for step in (NO_PROGRAM.step_en, NO_PROGRAM.step_ar):
        assert "apt-get install tesseract-ocr tesseract-ocr-ara" in step


@pytest.mark.parametrize(
    ("languages", "problem"), [("eng osd", NO_ARABIC), ("ara", NO_ARABIC), ("ara eng osd", None)]
)
def test_arabic_and_english_have_to_be_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, languages: str, problem: object
) -> None:
    scans.stand_in(
        tmp_path, f"echo 'List of available languages (2):'; printf '%s\\n' {languages}", monkeypatch
    )
    assert ocr_problem() == problem


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("exec sleep 60", "slow"),
        ("kill -XCPU $$", "slow"),
        ("echo 'Error in pixReadStream: Unknown format' >&2; exit 1", "broken"),
        ("echo 'terminate called: std::bad_alloc' >&2; exit 134", "large"),
    ],
)
def test_why_it_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, reason: str) -> None:
    scans.stand_in(tmp_path, script, monkeypatch)
    with pytest.raises(PictureError) as failure:
        Tesseract(0.5)(b"a picture")
    assert failure.value.reason == reason


@pytest.mark.parametrize(
    ("script", "said"),
    [("exec sleep 60", "RAG_FILE_SECONDS"), ("echo bad_alloc >&2; exit 1", "RAG_FILE_MEMORY_MB")],
)
def test_a_picture_beyond_the_limits_names_the_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, said: str
) -> None:
    scans.stand_in(tmp_path, script, monkeypatch)
    (tmp_path / "a.png").write_bytes(b"a picture")
    (failure,) = load_path(tmp_path / "a.png", source="a.png", max_bytes=100, recognise=Tesseract(0.5))
    assert isinstance(failure, LoadError)
    assert said in failure.en
    assert said in failure.ar
