"""PDFs made for the tests, each by a real producer or in the manner of one, and how well a text was read."""

from __future__ import annotations

import html
import io
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from rag.load.pdf_glyphs import Glyph
from rag.load.pdf_lines import Line, make_line

SEEDS = Path(__file__).resolve().parents[2] / "seeds"

FONTS = {
    "naskh": ("Noto Naskh Arabic", "noto/NotoNaskhArabic-Regular.ttf"),
    "sans": ("Noto Sans Arabic", "noto/NotoSansArabic-Regular.ttf"),
    "kufi": ("Noto Kufi Arabic", "noto/NotoKufiArabic-Regular.ttf"),
    "dejavu": ("DejaVu Sans", "dejavu/DejaVuSans.ttf"),
}
_FONT_FOLDER = Path("/usr/share/fonts/truetype")

MIXED = """تقرير عام عن الأداء المالي للشركة
أعلنت شركة Microsoft Corporation في 12/05/2021 أن أرباحها ارتفعت بنسبة 3.5% خلال الفترة 2010-2015 مقارنة بالعام السابق.
يمكن التواصل عبر الهاتف +966 11 234 5678 أو البريد الإلكتروني info@example.com \
أو زيارة الموقع https://www.example.com/ar/news?id=42 لمزيد من المعلومات.
بلغ عدد السكان ٢٠٢٤ نسمة في عام ٢٠٢٤، بزيادة قدرها ٣٫٥٪ عن سنة ١٩٩٩ (أي قبل ربع قرن) وفق التقديرات.
استخدم الباحثون نموذج GPT-4 وبرنامج Python 3.11 لتحليل 1,250 عينة، وكانت النتيجة 87.3% (انظر الجدول 2-1).
قال المدير: «لقد حققنا نجاحا كبيرا» [المصدر: رويترز]، وأضاف أن (COVID-19) لم يؤثر في النتائج.
السعر 1,250.75 دولار أي ما يعادل 4,690 ريالا، والوزن 2.5 كغ، والحرارة -5 درجات.
الساعة 10:30 صباحا يوم 2021-06-28، والصفحات 15-20 من الكتاب، والمادة 7/ب من القانون رقم 225 لسنة 2014.
2015 كان عاما مهما، و100 دولار تكفي. النسبة 50% والنسبة %50 كلاهما مستعمل.
يشير الإصدار v2.0.1 من مكتبة numpy إلى تحسينات (bug fixes) عدة في 3 وحدات؛ هل هذا صحيح؟ نعم!"""

ENGLISH = """The office of the first official reflects efficient workflows
The five fine officers shuffled off to find the affluent flautist, who was 3.5% richer than in \
2010-2015 (see Table 2-1) and could be reached on +1 (555) 123-4567 until 12/05/2021.
The arrangement took into account the circumstances of all the participants and of their representatives in the region.
"What is this?" she asked. 'Nothing,' he said; "just a test of quotation marks – and dashes — and more."
Write to info@example.com; the price is $1,250.75 or €1,100."""

VOWELLED = """إِنَّ الْعِلْمَ نُورٌ يَهْدِي الْإِنْسَانَ إِلَى الْخَيْرِ، وَالْجَهْلَ ظُلْمَةٌ تُضِلُّهُ عَنِ السَّبِيلِ.
لا إله إلا الله محمد رسول الله ﷺ. هؤلاء الأطفال يلعبون في الحديقة لأنهم سعداء، ولآلئ البحر لامعة."""

_VOWEL_MARKS = re.compile("[\u064b-\u0652]")


def seeds() -> list[str]:
    """The articles of the sample corpus."""
    return [path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("0*.txt"))]


def without_vowels(text: str) -> str:
    """The text without tashkeel, as arabic-reshaper leaves it."""
    return _VOWEL_MARKS.sub("", text)


def font_path(name: str) -> Path:
    """The file of a font; the test is skipped where it is not installed."""
    path = _FONT_FOLDER / FONTS[name][1]
    if not path.exists():
        pytest.skip(f"the font {FONTS[name][0]} is not installed at {path}")
    return path


def recall(truth: str, text: str) -> float:
    """Ordered word recall: the longest common subsequence of words, by the words of the true text."""
    wanted, found = truth.split(), text.split()
    previous = [0] * (len(found) + 1)
    for word in wanted:
        row = [0]
        for at, other in enumerate(found, start=1):
            row.append(previous[at - 1] + 1 if word == other else max(row[-1], previous[at]))
        previous = row
    return previous[-1] / len(wanted)


def numbers(text: str) -> list[str]:
    """The groups of digits of a text, sorted."""
    return sorted(re.findall(r"\d+", text))


def html_page(text: str, family: str, *, direction: str = "rtl", style: str = "") -> str:
    """A web page with a paragraph for each line."""
    paragraphs = "".join(f"<p>{html.escape(line)}</p>" for line in text.splitlines() if line.strip())
    return (
        f'<html dir={direction}><meta charset=utf-8><style>body{{font-family:"{family}";font-size:13px;{style}}}'
        f"</style><body>{paragraphs}"
    )


def fpdf_pdf(text: str, font: str) -> bytes:
    """Arabic shaped and laid out by fpdf2, with DejaVu Sans for what the font lacks."""
    from fpdf import FPDF

    pdf = FPDF()
    pdf.add_page()
    pdf.add_font("main", fname=font_path(font))
    pdf.add_font("other", fname=font_path("dejavu"))
    pdf.set_fallback_fonts(["other"])
    pdf.set_font("main", size=12)
    pdf.set_text_shaping(True, direction="rtl", script="arab", language="ara")
    for line in filter(str.strip, text.splitlines()):
        pdf.multi_cell(0, 8, line, align="R", new_x="LMARGIN", new_y="NEXT")
        pdf.ln(3)
    return bytes(pdf.output())


def presentation_forms_pdf(text: str, font: str) -> bytes:
    """Arabic letters as presentation forms in visual order, line by line: reportlab, arabic-reshaper and
    python-bidi."""
    import arabic_reshaper
    from bidi import get_display
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(TTFont(font, str(font_path(font))))
    output = io.BytesIO()
    canvas = Canvas(output)
    height = 0.0
    for paragraph in filter(str.strip, text.splitlines()):
        lines = [""]
        for word in paragraph.split():
            longer = f"{lines[-1]} {word}".strip()
            if pdfmetrics.stringWidth(arabic_reshaper.reshape(longer), font, 11) > 480:
                lines.append(word)
            else:
                lines[-1] = longer
        for line in lines:
            if height < 60:
                if height:
                    canvas.showPage()
                canvas.setFont(font, 11)
                height = 800
            canvas.drawRightString(550, height, get_display(arabic_reshaper.reshape(line), base_dir="R"))
            height -= 18
        height -= 8
    canvas.save()
    return output.getvalue()


def file_of(objects: Sequence[bytes]) -> bytes:
    """A PDF of these objects, numbered from 1; the first is the catalogue."""
    output = b"%PDF-1.6\n"
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(output))
        output += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    rows = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return output + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
        % (len(objects) + 1, rows, len(objects) + 1, len(output))
    )


def stream(data: bytes, entries: bytes = b"", *, compressed: bool = False) -> bytes:
    """A stream object."""
    if compressed:
        data, entries = zlib.compress(data), entries + b"/Filter/FlateDecode"
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (entries, len(data), data)


HELVETICA = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"


def paged(
    *contents: bytes,
    font: bytes = HELVETICA,
    more_fonts: bytes = b"",
    resources: bytes = b"",
    page: bytes = b"",
    more: Sequence[bytes] = (),
) -> bytes:
    """A PDF with a page for each content stream. Its font F is object 3; `more` are objects from 4 on, which
    `more_fonts`, `resources` and `page` (entries of the dictionaries of those names) can refer to."""
    first = 4 + len(more)
    kids = b" ".join(b"%d 0 R" % (first + 2 * index) for index in range(len(contents)))
    names = b"/Resources<</Font<</F 3 0 R%s>>%s>>" % (more_fonts, resources)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(contents), kids),
        font,
        *more,
    ]
    for index, content in enumerate(contents):
        objects += [
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]%s/Contents %d 0 R%s>>"
            % (names, first + 2 * index + 1, page),
            stream(content),
        ]
    return file_of(objects)


def text_lines(*lines: str, left: float = 72, top: float = 780, size: float = 12, step: float = 14) -> bytes:
    """A content stream that shows lines below one another."""
    shown = " T* ".join(f"({line}) Tj" for line in lines)
    return f"BT /F {size} Tf {step} TL {left} {top} Td {shown} ET\n".encode("latin-1")


@dataclass(frozen=True, slots=True)
class _Letter:
    character: str
    level: int
    font: int


class _Shaper:
    """A font, the glyphs used of it, and what they are mapped to."""

    def __init__(self, path: Path) -> None:
        import uharfbuzz

        self.harfbuzz = uharfbuzz
        self.face = uharfbuzz.Face(path.read_bytes())
        self.font = uharfbuzz.Font(self.face)
        self.mapped: dict[int, str] = {}

    def has(self, character: str) -> bool:
        return self.font.get_nominal_glyph(ord(character)) is not None

    def shape(self, text: str, *, is_rtl: bool) -> list[tuple[int, float, float, float, int]]:
        """Glyph, x and y offset, advance (all by the size of the font) and cluster, from left to right."""
        buffer = self.harfbuzz.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        buffer.direction = "rtl" if is_rtl else "ltr"
        self.harfbuzz.shape(self.font, buffer)
        scale = 1 / self.face.upem
        return [
            (
                info.codepoint,
                place.x_offset * scale,
                place.y_offset * scale,
                place.x_advance * scale,
                info.cluster,
            )
            for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True)
        ]


def libreoffice_pdf(text: str, font: str, *, leftward: bool = False) -> bytes:
    """A PDF as LibreOffice writes it: glyphs in visual order, each mapped to the characters of its first use as they
    are read (brackets unmirrored, lam-alef as two), and ActualText where a letter has several glyphs or a glyph has
    other characters the next time. `leftward` draws right-to-left runs in reading order, at the same places."""
    shapers = [_Shaper(font_path(name)) for name in (font, "dejavu")]
    pages: list[list[str]] = [[]]
    height = 800.0
    for paragraph in filter(str.strip, text.splitlines()):
        for line in _lines(paragraph, shapers):
            if height < 60:
                pages.append([])
                height = 800.0
            pages[-1].append(_drawn(line, shapers, height, leftward=leftward))
            height -= 20
        height -= 8
    fonts = [
        (
            b"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/ToUnicode %d 0 R/DescendantFonts[%s]>>"
            % (5 + 2 * index, _descendant(shaper)),
            stream(_to_unicode(shaper.mapped), compressed=True),
        )
        for index, shaper in enumerate(shapers)
    ]
    return paged(
        *("\n".join(page).encode("ascii") for page in pages),
        more_fonts=b"/F0 4 0 R/F1 6 0 R",
        more=[item for pair in fonts for item in pair],
    )


def _lines(paragraph: str, shapers: list[_Shaper]) -> list[list[_Letter]]:
    """The paragraph's letters with their bidi levels, broken into lines."""
    from fpdf.bidi import BidiParagraph
    from fpdf.enums import TextDirection

    letters = [
        _Letter(
            found.character,
            found.embedding_level,
            next((index for index, shaper in enumerate(shapers) if shaper.has(found.character)), 0),
        )
        for found in BidiParagraph(paragraph, base_direction=TextDirection.RTL).get_characters()
    ]
    lines: list[list[_Letter]] = [[]]
    word: list[_Letter] = []
    for letter in [*letters, _Letter(" ", 1, 0)]:
        word.append(letter)
        if letter.character == " ":
            if lines[-1] and _width([*lines[-1], *word[:-1]], shapers) > 40:
                lines.append([])
            lines[-1] += word
            word = []
    return lines


def _runs(line: list[_Letter]) -> list[tuple[str, int, int]]:
    """Text, level and font of the runs of a line, from left to right (rule L2)."""
    runs: list[tuple[str, int, int]] = []
    for letter in line:
        if runs and runs[-1][1:] == (letter.level, letter.font):
            runs[-1] = (runs[-1][0] + letter.character, *runs[-1][1:])
        else:
            runs.append((letter.character, letter.level, letter.font))
    for level in range(max(level for _, level, _ in runs), 0, -1):
        at = 0
        while at < len(runs):
            end = at
            while end < len(runs) and runs[end][1] >= level:
                end += 1
            runs[at:end] = runs[at:end][::-1]
            at = end + 1
    return runs


def _width(line: list[_Letter], shapers: list[_Shaper]) -> float:
    return sum(
        advance
        for text, level, font in _runs(line)
        for _, _, _, advance, _ in shapers[font].shape(text, is_rtl=level % 2 == 1)
    )


def _drawn(line: list[_Letter], shapers: list[_Shaper], height: float, *, leftward: bool) -> str:
    size = 12
    x = 550 - _width(line, shapers) * size
    shown = ["BT"]
    for text, level, font in _runs(line):
        is_rtl = level % 2 == 1
        glyphs = shapers[font].shape(text, is_rtl=is_rtl)
        starts = sorted({cluster for *_, cluster in glyphs})
        ends = dict(zip(starts, [*starts[1:], len(text)], strict=True))
        clusters: dict[int, list[str]] = {}
        actual: dict[int, bool] = {}
        for glyph, x_offset, y_offset, advance, cluster in glyphs:
            place = f"{x + x_offset * size:.2f} {height + y_offset * size:.2f}"
            drawn = clusters.setdefault(cluster, [])
            characters = text[cluster : ends[cluster]] if not drawn else ""
            is_known = shapers[font].mapped.setdefault(glyph, characters) == characters
            actual[cluster] = actual.get(cluster, False) or bool(drawn) or not is_known
            drawn.append(f"/F{font} {size} Tf 1 0 0 1 {place} Tm <{glyph:04X}> Tj")
            x += advance * size
        for cluster in reversed(clusters) if leftward and is_rtl else clusters:
            drawn = clusters[cluster][::-1] if leftward and is_rtl else clusters[cluster]
            if actual[cluster]:
                code = text[cluster : ends[cluster]].encode("utf-16-be").hex()
                drawn = [f"/Span<</ActualText<FEFF{code}>>>BDC", *drawn, "EMC"]
            shown += drawn
    return "\n".join([*shown, "ET"])


def _descendant(shaper: _Shaper) -> bytes:
    widths = " ".join(
        f"{glyph}[{round(shaper.font.get_glyph_h_advance(glyph) * 1000 / shaper.face.upem)}]"
        for glyph in shaper.mapped
    )
    return b"<</Type/Font/Subtype/CIDFontType2/BaseFont/X/W[%s]>>" % widths.encode("ascii")


def _to_unicode(mapped: dict[int, str]) -> bytes:
    rows = [f"<{glyph:04X}> <{text.encode('utf-16-be').hex()}>" for glyph, text in mapped.items() if text]
    blocks = [rows[at : at + 100] for at in range(0, len(rows), 100)]
    return "\n".join(
        ["1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange"]
        + [f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks]
    ).encode("ascii")


def glyphs(text: str, *, left: float = 50, baseline: float = 700, size: float = 10) -> list[Glyph]:
    """A glyph a character from left to right, each half its size wide."""
    return [
        Glyph(character, left + at * size / 2, left + (at + 1) * size / 2, baseline, size, 0, 0, False)
        for at, character in enumerate(text)
    ]


def line(text: str, *, left: float = 50, baseline: float = 700, size: float = 10) -> Line:
    """A line that shows the characters of `text` from left to right."""
    made = make_line(glyphs(text, left=left, baseline=baseline, size=size))
    assert made is not None
    return made
