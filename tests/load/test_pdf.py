"""PDFs of real producers read against the true text, and what is told of those that cannot be read."""

from __future__ import annotations

import io
import logging
import random
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page as BrowserPage

from rag.errors import LoadError
from rag.load.document import Loaded
from rag.load.pdf import read_pdf
from rag.schema import Document
from tests.chromium import launched
from tests.load import pdfs

CHROMIUM_BAR = LIBREOFFICE_BAR = 0.98
OTHERS_BAR = 0.95

TEXTS = {f"seed {index}": text for index, text in enumerate(pdfs.seeds())} | {
    "mixed": pdfs.MIXED,
    "vowelled": pdfs.VOWELLED,
}


@pytest.fixture(scope="module")
def browser_page() -> Iterator[BrowserPage]:
    with launched(to="run the tests of its PDFs") as browser:
        yield browser.new_page()


def printed(page: BrowserPage, content: str, **options: object) -> bytes:
    """A web page as Chromium prints it."""
    page.set_content(content)
    margin = dict.fromkeys(("top", "bottom", "left", "right"), "2cm")
    return page.pdf(format="A4", margin=margin, **options)


def read(data: bytes) -> Document:
    """The document of a PDF that can be read in full."""
    (document,) = read_pdf(data, source="a.pdf")
    assert isinstance(document, Document)
    return document


def text_of(data: bytes) -> str:
    return "\n".join(page.text for page in read(data).pages)


def failure_of(data: bytes) -> LoadError:
    (failure,) = read_pdf(data, source="docs/a.pdf")
    assert isinstance(failure, LoadError)
    assert failure.en.startswith("docs/a.pdf") or "docs/a.pdf" in failure.ar
    return failure


def assert_read(truth: str, text: str, bar: float) -> None:
    assert pdfs.recall(truth, text) >= bar
    assert pdfs.numbers(text) == pdfs.numbers(truth)


@pytest.mark.parametrize("font", ["naskh", "sans", "kufi"])
@pytest.mark.parametrize("name", TEXTS)
def test_chromium(browser_page: BrowserPage, font: str, name: str) -> None:
    pdfs.font_path(font)
    data = printed(browser_page, pdfs.html_page(TEXTS[name], pdfs.FONTS[font][0]))
    assert_read(TEXTS[name], text_of(data), CHROMIUM_BAR)


@pytest.mark.parametrize("font", ["naskh", "sans", "kufi"])
@pytest.mark.parametrize("name", ["seed 0", "seed 3", "mixed", "vowelled"])
def test_glyphs_as_libreoffice_writes_them(font: str, name: str) -> None:
    assert_read(TEXTS[name], text_of(pdfs.libreoffice_pdf(TEXTS[name], font)), LIBREOFFICE_BAR)


@pytest.mark.parametrize("name", ["seed 3", "mixed"])
def test_right_to_left_runs_drawn_in_reading_order(name: str) -> None:
    assert_read(TEXTS[name], text_of(pdfs.libreoffice_pdf(TEXTS[name], "sans", leftward=True)), OTHERS_BAR)


@pytest.mark.parametrize("font", ["naskh", "sans", "kufi"])
@pytest.mark.parametrize("name", ["seed 0", "seed 3", "mixed", "vowelled"])
def test_fpdf2(font: str, name: str) -> None:
    assert_read(TEXTS[name].replace("ﷺ", ""), text_of(pdfs.fpdf_pdf(TEXTS[name], font)), OTHERS_BAR)


@pytest.mark.parametrize("name", ["seed 0", "seed 1", "seed 4", "mixed"])
def test_presentation_forms(name: str) -> None:
    text = text_of(pdfs.presentation_forms_pdf(TEXTS[name], "dejavu"))
    assert_read(pdfs.without_vowels(TEXTS[name]), text, OTHERS_BAR)


@pytest.mark.parametrize("family", ["Liberation Serif", "Noto Sans", "DejaVu Sans"])
def test_english_with_ligatures(browser_page: BrowserPage, family: str) -> None:
    data = printed(browser_page, pdfs.html_page(pdfs.ENGLISH, family, direction="ltr"))
    assert_read(pdfs.ENGLISH, text_of(data), CHROMIUM_BAR)


@pytest.mark.parametrize(
    ("text", "family", "direction"),
    [
        (TEXTS["seed 2"] + "\n" + pdfs.MIXED, "Noto Naskh Arabic", "rtl"),
        ("\n".join([pdfs.ENGLISH] * 4), "Liberation Serif", "ltr"),
    ],
)
def test_two_columns(browser_page: BrowserPage, text: str, family: str, direction: str) -> None:
    style = "font-size:11px;column-count:2;column-gap:1cm;text-align:justify"
    data = printed(browser_page, pdfs.html_page(text, family, direction=direction, style=style))
    assert_read(text, text_of(data), CHROMIUM_BAR)


@pytest.mark.parametrize(
    "make",
    [
        lambda page: printed(page, pdfs.html_page(pdfs.MIXED, "Noto Naskh Arabic")),
        lambda _: pdfs.libreoffice_pdf(pdfs.MIXED, "sans"),
        lambda _: pdfs.fpdf_pdf(pdfs.MIXED, "kufi"),
        lambda _: pdfs.presentation_forms_pdf(pdfs.MIXED, "dejavu"),
    ],
    ids=["chromium", "libreoffice", "fpdf2", "presentation forms"],
)
def test_numbers_brackets_and_latin_words_in_arabic(
    browser_page: BrowserPage, make: Callable[[BrowserPage], bytes]
) -> None:
    text = " ".join(text_of(make(browser_page)).split())
    for phrase in (
        "Microsoft Corporation في 12/05/2021 أن",
        "بنسبة 3.5% خلال الفترة 2010-2015 مقارنة",
        "+966 11 234 5678",
        "info@example.com",
        "https://www.example.com/ar/news?id=42",
        "٢٠٢٤، بزيادة قدرها ٣٫٥٪ عن سنة ١٩٩٩ (أي قبل ربع قرن)",
        "نموذج GPT-4 وبرنامج Python 3.11 لتحليل 1,250 عينة",
        "87.3% (انظر الجدول 2-1).",
        "«لقد حققنا نجاحا كبيرا» [المصدر: رويترز]، وأضاف أن (COVID-19) لم",
        "1,250.75 دولار",
        "والحرارة -5 درجات",
        "10:30 صباحا يوم 2021-06-28، والصفحات 15-20 من",
        "7/ب",
        "النسبة 50% والنسبة %50 كلاهما",
        "v2.0.1 من مكتبة numpy إلى تحسينات (bug fixes) عدة في 3 وحدات؛",
    ):
        assert phrase in text


def test_a_page_of_everything(browser_page: BrowserPage) -> None:
    content = """<html dir=rtl><meta charset=utf-8><style>body{font-family:"Noto Naskh Arabic";font-size:13px}
    table{width:100%}</style><h1>جدول السكان</h1>
    <table><tr><th>المدينة<th>السكان<th>المساحة<tr><td>القاهرة<td>9,540,000<td>606
    <tr><td>الرياض<td>7,676,654<td>1,798<tr><td>بغداد<td>8,126,755<td>673</table>
    <ul><li>النقطة الأولى<li>النقطة الثانية: خفض التكاليف بنسبة 10% سنويا على مدى خمس سنوات متتالية اعتبارا من العام
    القادم وحتى نهاية الخطة<li>الثالثة</ul><p style="letter-spacing:3px">LETTER SPACED TITLE</p>
    <p dir=ltr>An English paragraph on an Arabic page. It ends with a full stop.</p>
    <p>½ كوب و m² و ﷺ و لـ «داعش» و محـمد</p>"""
    assert text_of(printed(browser_page, content)).split("\n") == [
        "جدول السكان",
        "",
        "المدينة | السكان | المساحة",
        "القاهرة | 9,540,000 | 606",
        "الرياض | 7,676,654 | 1,798",
        "بغداد | 8,126,755 | 673",
        "",
        "النقطة الأولى",
        "النقطة الثانية: خفض التكاليف بنسبة 10% سنويا على مدى خمس سنوات متتالية اعتبارا من العام القادم وحتى "
        "نهاية الخطة",
        "الثالثة",
        "",
        "LETTER SPACED TITLE",
        "",
        "An English paragraph on an Arabic page. It ends with a full stop.",
        "",
        "½ كوب و m² و ﷺ و لـ «داعش» و محـمد",
    ]


def test_pages_headers_footers_and_title(browser_page: BrowserPage) -> None:
    title = "تقرير عن التحالف الدولي"
    body = pdfs.html_page("\n".join([title, *pdfs.seeds()[:3]]), "Noto Naskh Arabic")
    small = '<div style="font-size:9px;width:100%;text-align:center">'
    data = printed(
        browser_page,
        body.replace("<style>", f"<title>{title}</title><style>", 1),
        display_header_footer=True,
        header_template=f"{small}نشرة التحالف</div>",
        footer_template=f"{small}صفحة <span class=pageNumber></span> من <span class=totalPages></span></div>",
    )
    document = read(data)
    assert (document.title, document.headline, document.language) == (title, title, "ar")
    assert document.media_type == "application/pdf"
    assert [page.number for page in document.pages] == [1, 2, 3, 4]
    for page in document.pages:
        marked = [page.text[span.start : span.end] for span in page.furniture]
        assert marked[0] == "نشرة التحالف"
        assert marked[-1] == f"صفحة {page.number} من 4"
        assert page.text.startswith("نشرة التحالف\n\n")
        assert page.text.endswith(f"\n\nصفحة {page.number} من 4")


@pytest.mark.parametrize(
    ("title", "headline"),
    [
        ("A  report on ports", "A report on ports"),
        ("Microsoft Word - ports.doc", ""),
        ("untitled", ""),
        ("ports", ""),
        ("", ""),
    ],
)
def test_only_a_title_that_is_printed_too_is_a_headline(title: str, headline: str) -> None:
    from pypdf import PdfWriter

    writer = PdfWriter(
        clone_from=io.BytesIO(pdfs.paged(pdfs.text_lines("A report on ports", "They are many.")))
    )
    writer.add_metadata({"/Title": title})
    output = io.BytesIO()
    writer.write(output)
    document = read(output.getvalue())
    assert document.headline == headline
    assert document.title == "A report on ports" if headline else document.title


PROSE = pdfs.text_lines("The ports of the country are open again.", "Ships may enter them from Monday.")
PICTURE = b"q 595 0 0 842 0 0 cm /Im Do Q"
WITH_PICTURE = {
    "resources": b"/XObject<</Im 4 0 R>>",
    "more": [pdfs.stream(b"\0", b"/Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray")],
}
# A font whose codes are glyph numbers, without a table of what they stand for.
WITHOUT_LETTERS = b"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/DescendantFonts[<<>>]>>"


def encrypted(password: str, algorithm: str) -> bytes:
    from pypdf import PdfWriter

    writer = PdfWriter(clone_from=io.BytesIO(pdfs.paged(PROSE)))
    writer.encrypt(password, owner_password="owner", algorithm=algorithm)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


@pytest.mark.parametrize(
    ("data", "en", "ar"),
    [
        (b"", "is empty", "فارغ"),
        (b"hello, world", "is not a PDF", "ليس PDF"),
        (b"%PDF-1.7\n", "is damaged or cut off", "تالف أو مقطوع"),
        (pdfs.paged(PROSE)[:300], "is damaged or cut off", "تالف أو مقطوع"),
        (pdfs.paged(PROSE, page=b"/X " + b"[" * 20000), "is damaged or cut off", "تالف أو مقطوع"),
        (pdfs.paged(), "has no pages", "لا صفحات فيه"),
        (encrypted("secret", "AES-256"), "is protected by a password", "محمي بكلمة مرور"),
        (pdfs.paged(b" ", b""), "no text on every page", "لا نص في كل الصفحات"),
        (pdfs.paged(PICTURE, **WITH_PICTURE), "pictures without text on every page (OCR", "صور بلا نص في كل"),
        (
            pdfs.paged(PROSE, font=WITHOUT_LETTERS),
            "fonts that do not tell their letters on every",
            "خطوط لا تُعرف",
        ),
        (pdfs.paged(PROSE, font=b"null"), "fonts that do not tell their letters on every", "خطوط لا تُعرف"),
        (
            pdfs.paged(PROSE).replace(b"/Contents 5 0 R", b"/Contents 9 0 R"),
            "damaged content on every page",
            "محتوى تالف في كل الصفحات",
        ),
    ],
)
def test_what_cannot_be_read_is_told_apart(data: bytes, en: str, ar: str) -> None:
    failure = failure_of(data)
    assert en in failure.en
    assert ar in failure.ar


def test_an_unknown_encryption_is_no_password() -> None:
    data = encrypted("secret", "RC4-128").replace(b"/Filter /Standard", b"/Filter /Adobe.X")
    assert "encrypted in a way that cannot be opened" in failure_of(data).en


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-128", "AES-256"])
def test_an_empty_password_opens_the_file(algorithm: str) -> None:
    assert text_of(encrypted("", algorithm)).startswith("The ports of the country are open again.")


def test_pages_that_give_no_text_are_named_after_the_document() -> None:
    garbled = PROSE.replace(b"/F ", b"/Missing ")
    data = pdfs.paged(PROSE, PICTURE, garbled, PICTURE, PICTURE, b"", PROSE, **WITH_PICTURE)
    document, failure = read_pdf(data, source="a.pdf")
    assert isinstance(document, Document)
    assert [page.number for page in document.pages] == [1, 7]
    assert isinstance(failure, LoadError)
    assert failure.en == (
        "a.pdf: pictures without text on pages 2, 4–5 (OCR makes them readable: set RAG_OCR=on); "
        "fonts that do not tell their letters on page 3 (export the file again, or set RAG_OCR=on)."
    )
    assert "صور بلا نص في الصفحات 2، 4–5" in failure.ar
    assert "في الصفحة 3" in failure.ar


def test_blank_pages_beside_others_are_no_failure() -> None:
    assert [page.number for page in read(pdfs.paged(b"", PROSE, b" ")).pages] == [2]


@pytest.mark.parametrize(
    ("box", "is_read"),
    [
        (b"/MediaBox[0 0 595 842]", True),
        (b"/MediaBox[595 842 0 0]", True),
        (b"/MediaBox[0 0 0 0]", True),
        (b"/MediaBox[0 0 595]", True),
        (b"", True),
        (b"/MediaBox[0 0 595 842]/CropBox[0 0 595 842]", True),
        # The text is cut away.
        (b"/MediaBox[0 0 595 842]/CropBox[0 0 595 500]", False),
    ],
)
def test_what_is_not_seen_is_not_read(box: bytes, is_read: bool) -> None:
    data = pdfs.paged(PROSE).replace(b"/MediaBox[0 0 595 842]", box)
    (found,) = read_pdf(data, source="a.pdf")
    assert isinstance(found, Document) is is_read


def test_a_broken_annotation_costs_no_more_than_itself() -> None:
    for broken in (b"5", b"[null 3 (x) <</Subtype/Widget/AP<</N 3 0 R>>/Rect[1]>>]"):
        assert text_of(pdfs.paged(PROSE, page=b"/Annots " + broken)).startswith("The ports")


@pytest.mark.parametrize(
    "content",
    [
        b"/Fm Do " + PROSE,
        b"(" * 5 + b"never closed",
        b"q " * 30_000 + PROSE,
        b"[" * 30_000 + PROSE,
    ],
)
def test_hostile_pages_end(content: bytes) -> None:
    form = pdfs.stream(
        b"/Fm Do " * 50, b"/Type/XObject/Subtype/Form/BBox[0 0 1 1]/Resources<</XObject<</Fm 4 0 R>>>>"
    )
    assert list(
        read_pdf(pdfs.paged(content, resources=b"/XObject<</Fm 4 0 R>>", more=[form]), source="a.pdf")
    )


def mutated(data: bytes, chance: random.Random) -> bytes:
    """The file with bytes changed, cut off, cut out or doubled."""
    at = chance.randrange(len(data))
    size = chance.choice([1, 10, 100, 1000])
    match chance.randrange(4):
        case 0:
            changed = bytearray(data)
            for _ in range(size // 4 + 1):
                changed[chance.randrange(len(data))] = chance.randrange(256)
            return bytes(changed)
        case 1:
            return data[:at]
        case 2:
            return data[:at] + data[at + size :]
        case _:
            return data[:at] + data[at // 2 : at // 2 + size] + data[at:]


def test_damaged_files_are_read_or_reported(caplog: pytest.LogCaptureFixture) -> None:
    chance = random.Random(20)
    whole = [
        pdfs.libreoffice_pdf(pdfs.VOWELLED, "naskh"),
        pdfs.presentation_forms_pdf(pdfs.MIXED, "dejavu"),
        encrypted("", "RC4-128"),
        pdfs.paged(PROSE, PICTURE, **WITH_PICTURE),
    ]
    outcomes: list[Loaded] = []
    with caplog.at_level(logging.DEBUG):
        for index in range(60):
            found = list(read_pdf(mutated(whole[index % len(whole)], chance), source="a.pdf"))
            assert found
            outcomes += found
    assert {type(outcome) for outcome in outcomes} == {Document, LoadError}
    assert not [record for record in caplog.records if record.name.startswith("pypdf")]
