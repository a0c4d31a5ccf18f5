"""Makers of the binary documents that tests read, so that no opaque file lies in the repository."""

from __future__ import annotations

import datetime
import io
import struct
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence

Part = str | bytes

DATE = datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC)

ODF_NAMESPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (
        ("office", "office"),
        ("text", "text"),
        ("table", "table"),
        ("draw", "drawing"),
        ("style", "style"),
        ("presentation", "presentation"),
        ("svg", "svg-compatible"),
        ("meta", "meta"),
    )
)
WORD_NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def packed(parts: Mapping[str, Part], *, first: str = "") -> bytes:
    """A zip file. `first` is stored as the part "mimetype", uncompressed, as OpenDocument and EPUB want it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        if first:
            archive.writestr(_entry("mimetype"), first, zipfile.ZIP_STORED)
        for name, part in parts.items():
            archive.writestr(_entry(name), part, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    """A part with a date that is the same in every run, so that damage done to the file is."""
    return zipfile.ZipInfo(name, DATE.timetuple()[:6])


def unpacked(data: bytes) -> dict[str, bytes]:
    """The parts of a zip file."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def edited(data: bytes, part: str, edit: Callable[[bytes], bytes]) -> bytes:
    """A zip file with one part changed."""
    return packed({name: edit(body) if name == part else body for name, body in unpacked(data).items()})


def without(data: bytes, part: str) -> bytes:
    """A zip file with one part taken out."""
    return packed({name: body for name, body in unpacked(data).items() if name != part})


def word_xml(
    body: str,
    *,
    styles: str = "",
    footnotes: str = "",
    relations: str = "",
    more: Mapping[str, Part] | None = None,
) -> bytes:
    """A Word document of raw XML: what python-docx cannot write."""
    parts: dict[str, Part] = {
        "_rels/.rels": _relationships(
            f'<Relationship Id="r1" Type="{_RELATIONS}/officeDocument" Target="word/document.xml"/>'
        ),
        "word/_rels/document.xml.rels": _relationships(
            f'<Relationship Id="r1" Type="{_RELATIONS}/styles" Target="styles.xml"/>'
            f'<Relationship Id="r2" Type="{_RELATIONS}/footnotes" Target="footnotes.xml"/>{relations}'
        ),
        "word/document.xml": f"<w:document {WORD_NAMESPACES}><w:body>{body}</w:body></w:document>",
        "word/styles.xml": f"<w:styles {WORD_NAMESPACES}>{styles}</w:styles>",
        "word/footnotes.xml": f"<w:footnotes {WORD_NAMESPACES}>{footnotes}</w:footnotes>",
    }
    return packed(parts | dict(more or {}))


def _relationships(entries: str) -> str:
    namespace = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{namespace}">{entries}</Relationships>'


def word_paragraphs(*texts: str, style: str = "") -> str:
    """Paragraphs of raw Word XML."""
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return "".join(f"<w:p>{properties}<w:r><w:t>{text}</w:t></w:r></w:p>" for text in texts)


def docx_file(
    paragraphs: Iterable[tuple[str, str]], *, table: Sequence[Sequence[str]] = (), title: str = ""
) -> bytes:
    """A document of (style, text) as python-docx writes it; "" is the normal style."""
    import docx

    document = docx.Document()
    document.core_properties.title = title
    for style, text in paragraphs:
        document.add_paragraph(text, style=style or None)
    if table:
        grid = document.add_table(rows=len(table), cols=len(table[0]))
        for row, texts in enumerate(table):
            for column, text in enumerate(texts):
                grid.cell(row, column).text = text
    return _saved(document.save)


def pptx_file(slides: Iterable[tuple[str, str, str]], *, title: str = "") -> bytes:
    """A presentation of (title, body, notes) as python-pptx writes it."""
    import pptx

    presentation = pptx.Presentation()
    presentation.core_properties.title = title
    for heading, body, notes in slides:
        slide = presentation.slides.add_slide(presentation.slide_layouts[1])
        assert slide.shapes.title is not None
        slide.shapes.title.text = heading
        slide.placeholders[1].text = body
        if notes:
            frame = slide.notes_slide.notes_text_frame
            assert frame is not None
            frame.text = notes
    return _saved(presentation.save)


def pdf_file(pages: Iterable[str]) -> bytes:
    """A PDF of Latin text, a page each."""
    import fpdf

    document = fpdf.FPDF()
    document.set_creation_date(DATE)
    document.set_font("helvetica", size=12)
    for text in pages:
        document.add_page()
        document.multi_cell(0, text=text)
    return bytes(document.output())


def _saved(save: Callable[[io.BytesIO], None]) -> bytes:
    out = io.BytesIO()
    save(out)
    return packed(unpacked(out.getvalue()))


def xlsx_file(sheets: Mapping[str, Sequence[Sequence[object]]], *, title: str = "") -> bytes:
    """A workbook as Excel would write it; None leaves a cell out."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"default_date_format": "yyyy-mm-dd hh:mm"}) as workbook:
        workbook.set_properties({"title": title, "created": DATE.replace(tzinfo=None)})
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return packed(unpacked(out.getvalue()))


def odf_file(kind: str, body: str, *, styles: str = "", title: str = "", manifest: str = "") -> bytes:
    """An OpenDocument file of raw XML. `kind` is text, presentation or spreadsheet."""
    return packed(
        {
            "META-INF/manifest.xml": f"<manifest>{manifest}</manifest>",
            "meta.xml": f"<office:document-meta {ODF_NAMESPACES} xmlns:dc='http://purl.org/dc/elements/1.1/'>"
            f"<office:meta><dc:title>{title}</dc:title></office:meta></office:document-meta>",
            "content.xml": f"<office:document-content {ODF_NAMESPACES}>"
            f"<office:automatic-styles>{styles}</office:automatic-styles>"
            f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>",
        },
        first=f"application/vnd.oasis.opendocument.{kind}",
    )


def odf_rows(*rows: Sequence[str]) -> str:
    """Rows of an OpenDocument table."""
    return "".join(
        "<table:table-row>"
        + "".join(f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in row)
        + "</table:table-row>"
        for row in rows
    )


def epub_file(
    chapters: Mapping[str, Part],
    *,
    title: str = "",
    encryption: str = "",
    media_type: str = "application/xhtml+xml",
) -> bytes:
    """A book of chapters by file name, in a folder of its own as most are."""
    manifest = "".join(
        f'<item id="c{number}" href="{name}" media-type="{media_type}"/>'
        for number, name in enumerate(chapters)
    )
    spine = "".join(f'<itemref idref="c{number}"/>' for number, _ in enumerate(chapters))
    parts: dict[str, Part] = {
        "META-INF/container.xml": '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="OEBPS/book.opf"/></rootfiles></container>',
        "OEBPS/book.opf": '<package xmlns="http://www.idpf.org/2007/opf"><metadata '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title></metadata>'
        f"<manifest>{manifest}</manifest><spine>{spine}</spine></package>",
    }
    if encryption:
        parts["META-INF/encryption.xml"] = encryption
    return packed(
        parts | {f"OEBPS/{name}": chapter for name, chapter in chapters.items()}, first="application/epub+zip"
    )


# The Compound File format ([MS-CFB]), as far as old and encrypted Office documents need it.
_SECTOR_BYTES = 512
_SMALLEST_STREAM_BYTES = 4096
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def ole_file(streams: Mapping[str, bytes]) -> bytes:
    """A compound file; its streams are padded to the size from which they stand in sectors of their own."""
    padded = {}
    for name, stream in streams.items():
        stream = stream.ljust(_SMALLEST_STREAM_BYTES, b"\0")
        padded[name] = stream + b"\0" * (-len(stream) % _SECTOR_BYTES)
    fat = [_FAT]

    def sectors(count: int) -> int:
        first = len(fat)
        fat.extend([*range(first + 1, first + count), _END])
        return first

    directory_sectors = (len(padded) + 1 + 3) // 4
    directory_at = sectors(directory_sectors)
    starts = {name: sectors(len(stream) // _SECTOR_BYTES) for name, stream in padded.items()}
    entries = _directory_entry("Root Entry", 5, _END, 0, child=1)
    for number, (name, stream) in enumerate(padded.items(), start=1):
        right = number + 1 if number < len(padded) else _FREE
        entries += _directory_entry(name, 2, starts[name], len(stream), right=right)
    header = struct.pack(
        "<8s16sHHHHH6s", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, b""
    )
    header += struct.pack("<9I", 0, 1, directory_at, 0, _SMALLEST_STREAM_BYTES, _END, 0, _END, 0)
    header += struct.pack("<109I", 0, *[_FREE] * 108)
    table = struct.pack("<128I", *fat, *[_FREE] * (128 - len(fat)))
    return (
        header + table + entries.ljust(directory_sectors * _SECTOR_BYTES, b"\0") + b"".join(padded.values())
    )


def _directory_entry(
    name: str, kind: int, start: int, size: int, *, child: int = _FREE, right: int = _FREE
) -> bytes:
    encoded = name.encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII16sIQQIQ",
        encoded,
        len(encoded) + 2,
        kind,
        1,
        _FREE,
        right,
        child,
        b"",
        0,
        0,
        0,
        start,
        size,
    )


def encrypted_office_file() -> bytes:
    """What Word, Excel and PowerPoint save with a password: a compound file around the encrypted package."""
    return ole_file(
        {"EncryptionInfo": b"\4\0\4\0@\0\0\0<encryption/>", "EncryptedPackage": bytes(range(256)) * 20}
    )


def old_workbook(name: str, rows: Sequence[Sequence[str | float | None]]) -> bytes:
    """An .xls workbook of one sheet ([MS-XLS], BIFF8)."""

    def record(kind: int, body: bytes = b"") -> bytes:
        return struct.pack("<HH", kind, len(body)) + body

    def beginning(kind: int) -> bytes:
        return record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0, 0, 0, 0))

    cells = b""
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            if isinstance(value, str):
                label = struct.pack("<HHHHB", row, column, 0, len(value), 1)
                cells += record(0x0204, label + value.encode("utf-16-le"))
            elif value is not None:
                cells += record(0x0203, struct.pack("<HHHd", row, column, 0, value))
    end = record(0x000A)
    globals_, encoded = beginning(5), name.encode("utf-16-le")
    sheet_at = len(globals_) + len(record(0x0085, bytes(8) + encoded)) + len(end)
    globals_ += record(0x0085, struct.pack("<IBBBB", sheet_at, 0, 0, len(name), 1) + encoded) + end
    return ole_file({"Workbook": globals_ + beginning(0x10) + cells + end})
