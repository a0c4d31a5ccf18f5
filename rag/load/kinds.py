"""What a file is by its content, whatever its name says.

Only its first bytes and names of parts inside it are looked at: enough to tell someone that a ".docx" is a PDF.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file, in both languages. `suffix` is the one that it is read under, empty where it cannot be read."""

    en: str
    ar: str
    suffix: str = ""


WORD = Kind("a Word document", "مستند Word", ".docx")
SLIDES = Kind("a PowerPoint presentation", "عرض PowerPoint", ".pptx")
WORKBOOK = Kind("an Excel workbook", "مصنف Excel", ".xlsx")
OLD_WORKBOOK = Kind("an old Excel workbook (.xls)", "مصنف Excel قديم (.xls)", ".xls")
OPEN_TEXT = Kind("an OpenDocument text", "مستند OpenDocument", ".odt")
OPEN_SLIDES = Kind("an OpenDocument presentation", "عرض OpenDocument", ".odp")
OPEN_SHEET = Kind("an OpenDocument spreadsheet", "جدول OpenDocument", ".ods")
BOOK = Kind("an EPUB book", "كتاب EPUB", ".epub")
RTF = Kind("an RTF document", "مستند RTF", ".rtf")
PDF = Kind("a PDF", "ملف PDF", ".pdf")
PICTURE = Kind("a picture", "صورة")
EMAIL = Kind("an e-mail", "رسالة بريد إلكتروني", ".eml")
WEB_PAGE = Kind("a web page", "صفحة ويب", ".html")
TEXT = Kind("plain text", "نص عادي", ".txt")

OLD_OFFICE = Kind("an old Office document (.doc, .xls)", "مستند Office قديم (.doc أو .xls)")
LOCKED_OFFICE = Kind("an Office document protected by a password", "مستند Office محميّ بكلمة مرور")
_OLD_WORD = Kind("an old Word document (.doc)", "مستند Word قديم (.doc)")
_OLD_SLIDES = Kind("an old PowerPoint presentation (.ppt)", "عرض PowerPoint قديم (.ppt)")
_OUTLOOK = Kind("an Outlook message (.msg)", "رسالة Outlook (.msg)")
_BINARY_WORKBOOK = Kind("a binary Excel workbook (.xlsb)", "مصنف Excel ثنائي (.xlsb)")
_ZIP = Kind("a zip archive or an Office document", "أرشيف zip أو مستند Office")

ZIP_START = b"PK\x03\x04"
OLE_START = b"\xd0\xcf\x11\xe0"

_STARTS = (
    (b"%PDF-", PDF),
    (b"{\\rtf", RTF),
    (b"\x89PNG", Kind("a PNG image", "صورة PNG")),
    (b"\xff\xd8\xff", Kind("a JPEG image", "صورة JPEG")),
    (b"GIF8", Kind("a GIF image", "صورة GIF")),
    (b"\x1f\x8b", Kind("a gzip archive", "أرشيف gzip")),
    (b"Rar!\x1a\x07", Kind("a RAR archive", "أرشيف RAR")),
    (b"7z\xbc\xaf\x27\x1c", Kind("a 7-Zip archive", "أرشيف 7-Zip")),
    (b"SQLite format 3\x00", Kind("an SQLite database", "قاعدة بيانات SQLite")),
    (b"\x7fELF", Kind("a program", "برنامج")),
)

# Names that only such a file has inside: a zip file's stand uncompressed in it, those of an OLE file in UTF-16.
_IN_ZIP = (
    (b"word/document", WORD),
    (b"ppt/presentation.xml", SLIDES),
    (b"xl/workbook.xml", WORKBOOK),
    (b"xl/workbook.bin", _BINARY_WORKBOOK),
    (b"mimetypeapplication/epub+zip", BOOK),
    (b"mimetypeapplication/vnd.oasis.opendocument.text", OPEN_TEXT),
    (b"mimetypeapplication/vnd.oasis.opendocument.presentation", OPEN_SLIDES),
    (b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet", OPEN_SHEET),
)
_IN_OLE = (
    ("EncryptedPackage", LOCKED_OFFICE),
    ("WordDocument", _OLD_WORD),
    ("PowerPoint Document", _OLD_SLIDES),
    ("__substg1.0_", _OUTLOOK),
    ("Workbook", OLD_WORKBOOK),
    ("Book", OLD_WORKBOOK),
)

# "Excel" files that web systems export are often pages or plain text under another name.
_MARKUP = re.compile(rb"\s*<(?:!doctype html|html|head|body|table|meta)\b", re.IGNORECASE)
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_LOOKED_AT_BYTES = 4096


def binary_kind(data: bytes) -> Kind | None:
    """What the bytes are if they are no text, as far as is known here."""
    if data.startswith(ZIP_START):
        # The first one: a document may hold other documents.
        found = [(at, kind) for name, kind in _IN_ZIP if (at := data.find(name)) >= 0]
        return min(found, key=lambda item: item[0])[1] if found else _ZIP
    if data.startswith(OLE_START):
        return next((kind for name, kind in _IN_OLE if name.encode("utf-16-le") in data), OLD_OFFICE)
    return next((kind for start, kind in _STARTS if data.startswith(start)), None)


def kind_of(data: bytes) -> Kind | None:
    """What the bytes are, text included; None where that is not known."""
    kind = binary_kind(data)
    if kind is not None:
        return kind
    start = data[:_LOOKED_AT_BYTES].removeprefix(_BYTE_ORDER_MARK)
    if _MARKUP.match(start):
        return WEB_PAGE
    # Bytes above 0x7f are letters in UTF-8 and in every old encoding; control characters are in none.
    return TEXT if start and all(byte >= 0x20 or byte in b"\t\n\r\f" for byte in start) else None
