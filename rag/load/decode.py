"""Bytes to text, or a clear error: never silently the wrong characters.

UTF-8, UTF-16 and UTF-32 are recognised by byte-order mark, UTF-16 also without one. What is not UTF-8 is read
in a legacy single-byte encoding only when the outcome looks like writing: Arabic words wholly of Arabic
letters (Windows-1256, ISO-8859-6) or Latin words with some accented letters (Windows-1252). Each such guess
is logged.
"""

from __future__ import annotations

import codecs
import logging
import re

from rag.errors import LoadError
from rag.load.kinds import binary_kind

_log = logging.getLogger(__name__)

# UTF-32-LE comes before UTF-16-LE, whose mark is a prefix of its own.
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# Control characters that no text holds; tab, line feeds, form feed, escape and DOS end-of-file are left out.
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x19\x1c-\x1f]")
# Text in an old encoding may hold a stray control character; a binary file has them everywhere (about one in
# ten).
_MAX_CONTROL_SHARE = 0.01

# A cut-off last character or a few damaged ones leave a readable document; beyond 1 % the text is not to be
# trusted.
_MAX_BROKEN_SHARE = 0.01
# In damaged UTF-8 nearly all multi-byte sequences are whole; in a single-byte encoding nearly none is.
_WHOLE_TO_BROKEN = 2

# BOM-less UTF-16 is accepted when this share of its characters is of writing we know; the wrong byte order
# gives ~0.
_MIN_WRITING_SHARE = 0.9
_WRITING = re.compile(r"[\t\n\r\x20-\x7e\xa0-\u024f\u0600-\u06ff\u0750-\u077f\u2010-\u203a]")

_LETTERS = re.compile(r"[^\W\d_]+")
# Letters and tashkeel together: \w does not match U+064B–U+0652.
_WORDS = re.compile(r"(?:[^\W\d_]|[\u064b-\u0652\u0670])+")
_ARABIC_CHARACTER = re.compile(r"[\u0600-\u06ff]")
# No Arabic word begins with a vowel mark; Cyrillic read as ISO-8859-6 does. Latin names take prefixes: وAFP.
_ARABIC_WORD = re.compile(r"[\u0620-\u064a\u0671-\u06d3][\u0600-\u06ff]*|[وبلفك](?:ال)?ـ?[A-Z][A-Za-z]*")
_MIN_WHOLE_WORDS = 0.9
# These make up about 60 % of the letters of Arabic prose; of Cyrillic capitals read as Arabic, none.
_COMMON_ARABIC = frozenset("اليمنوره")
_MIN_COMMON_ARABIC = 0.2
# A symbol between two letters (Polish ł read as ³), or signs that prose lacks (Shift-JIS gives ƒ), tell of
# another encoding; closing quotes and dashes do not.
_NOT_WESTERN = re.compile(
    r"[^\W\d_][\u00a1-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf†‡‰‹›‚„][^\W\d_]|[ƒˆ˜]"
)


# Escapes of JSON, RTF and XML can stand for what no text holds and no database stores: NUL, halves of surrogate pairs.
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def storable(text: str) -> str:
    """The text with U+FFFD, one for one, in place of what no database stores: offsets hold."""
    return _UNSTORABLE.sub("\ufffd", text)


def decode(data: bytes, *, name: str) -> str:
    """The text of a file, its newlines as they are and without byte-order mark.

    `name` is the file's name, for errors and log lines. Broken bytes in otherwise sound UTF-8 (under 1 %)
    become U+FFFD and are logged. Raises LoadError when the bytes are not text, are damaged, or hold nothing
    to read.
    """
    text = _decode(data, name)
    if not text.strip():
        raise LoadError(
            en=f"{name} is empty: there is nothing to index. Add text to it or remove it.",
            ar=f"الملف {name} فارغ، فلا شيء فيه للفهرسة. أضف إليه نصًا أو احذفه.",
        )
    return text


def _decode(data: bytes, name: str) -> str:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            text = _repaired(data[len(mark) :], encoding, name)
            if "\0" in text:
                raise _not_text(name)
            return text
    kind = binary_kind(data)
    if kind is not None:
        raise LoadError(
            en=f"{name} is not text: it looks like {kind.en}. Convert it to text or HTML, or fix its suffix.",
            ar=f"الملف {name} ليس نصًا، بل يبدو أنه {kind.ar}. حوّله إلى نص أو HTML، أو صحّح امتداد اسمه.",
        )
    controls = len(_CONTROLS.findall(data))
    if controls:
        # ASCII and Arabic in UTF-16 are valid UTF-8 as well, full of control bytes: this comes first.
        wide = _bare_utf16(data)
        if wide is not None:
            return wide
        if b"\0" in data or controls > len(data) * _MAX_CONTROL_SHARE:
            raise _not_text(name)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _legacy(data, name)


def _repaired(data: bytes, encoding: str, name: str) -> str:
    """Text with U+FFFD for what is broken, if that is little enough."""
    text = data.decode(encoding, errors="replace")
    broken = text.count("\ufffd") - data.count("\ufffd".encode(encoding))
    if broken > max(1, len(text) * _MAX_BROKEN_SHARE):
        raise LoadError(
            en=f"{name} is damaged: {broken} places in it are not valid {encoding.upper()}. "
            "Save it again as UTF-8 from its original.",
            ar=f"الملف {name} تالف: فيه {broken} موضعًا ليست {encoding.upper()} سليمة. "
            "احفظه من أصله من جديد بترميز UTF-8.",
        )
    if broken > 0:
        _log.warning("%s: %d broken characters in %s were replaced by U+FFFD", name, broken, encoding)
    return text


def _bare_utf16(data: bytes) -> str | None:
    """UTF-16 without byte-order mark, or None if neither byte order gives writing."""
    if len(data) % 2:
        return None
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if text and len(_WRITING.findall(text)) >= len(text) * _MIN_WRITING_SHARE:
            return text
    return None


def _legacy(data: bytes, name: str) -> str:
    """Text of bytes that are not valid UTF-8."""
    # First, because Arabic UTF-8 read as Windows-1256 is all Arabic letters (ط§ظ„) and would pass for Arabic.
    lenient = data.decode("utf-8", errors="replace")
    broken = lenient.count("\ufffd")
    whole = sum(not character.isascii() for character in lenient) - broken
    if whole >= broken * _WHOLE_TO_BROKEN:
        return _repaired(data, "utf-8", name)
    for encoding, plausible in (
        ("windows-1256", _is_arabic),
        ("iso-8859-6", _is_arabic),
        ("windows-1252", _is_western),
    ):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if plausible(text):
            _log.warning("%s is not UTF-8; it was read as %s", name, encoding)
            return text
    raise LoadError(
        en=f"{name} is in a text encoding that could not be recognised. Save it as UTF-8 and try again.",
        ar=f"تعذّر التعرّف على ترميز الملف {name}. احفظه بترميز UTF-8 ثم أعد المحاولة.",
    )


def _is_arabic(text: str) -> bool:
    """Whether words with Arabic letters hold nothing else, and their letters are as frequent as in Arabic."""
    words = [word for word in _WORDS.findall(text) if _ARABIC_CHARACTER.search(word)]
    if not words:
        return False
    whole = [word for word in words if _ARABIC_WORD.fullmatch(word)]
    letters = [character for word in whole for character in word if not character.isascii()]
    common = sum(letter in _COMMON_ARABIC for letter in letters)
    return (
        # A single letter is no evidence: a lone Western "Á" reads as one, too.
        len(letters) > 1
        and len(whole) >= len(words) * _MIN_WHOLE_WORDS
        and common >= len(letters) * _MIN_COMMON_ARABIC
    )


def _is_western(text: str) -> bool:
    """Whether words with accented letters also hold plain ones, and no symbol inside."""
    if _NOT_WESTERN.search(text):
        return False
    words = [word for word in _LETTERS.findall(text) if not word.isascii()]
    mixed = sum(len(word) == 1 or any(map(str.isascii, word)) for word in words)
    return mixed >= len(words) * _MIN_WHOLE_WORDS


def _not_text(name: str) -> LoadError:
    return LoadError(
        en=f"{name} is not text: it holds binary data. Convert it to text or HTML, or remove it.",
        ar=f"الملف {name} ليس نصًا، بل بيانات ثنائية. حوّله إلى نص أو HTML، أو احذفه.",
    )
