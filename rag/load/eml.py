"""E-mail (.eml) → Document: who wrote to whom and when, the message, and the names of what is attached.

Attachments, messages inside the message too, are named and not read: saved beside it, they are files of their own.
Headers are read under the older of the standard library's policies: the newer takes 20 seconds over one of 140 KB.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from email.errors import MessageError
from typing import TYPE_CHECKING, TypeVar

from rag.errors import LoadError
from rag.load.decode import decode, storable
from rag.load.document import make_document
from rag.load.html import decode_html, visible_text
from rag.load.kinds import EMAIL, binary_kind
from rag.load.refusals import no_text, other_kind
from rag.schema import Document
from rag.text import language

if TYPE_CHECKING:
    from email.message import Message

_HEADERS = ("From", "To", "Cc", "Date")
_NAMES = {
    "ar": {"From": "من", "To": "إلى", "Cc": "نسخة إلى", "Date": "التاريخ", "Attachments": "المرفقات"},
    "en": {name: name for name in (*_HEADERS, "Attachments")},
}
# What only an e-mail begins with; a text file that happens to begin with "To:" has one of them at most.
_MARKS = (
    "From",
    "To",
    "Date",
    "Subject",
    "Received",
    "Message-ID",
    "MIME-Version",
    "Return-Path",
    "Content-Type",
)
_MIN_MARKS = 2
_ENCRYPTED = frozenset({"multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"})
# What programs state that know nothing of character sets.
_NO_CHARSET = frozenset({"us-ascii", "ascii", "unknown-8bit"})
_LIST_SEPARATOR = {"ar": "، ", "en": ", "}

# What the standard library raises on broken headers and parts: its own errors, ValueError for what is badly encoded,
# LookupError for an unknown character set, and slips over headers that end too early.
_HEADER_ERRORS = (MessageError, ValueError, LookupError, TypeError, AttributeError)

_T = TypeVar("_T")
_U = TypeVar("_U")


def read_eml(data: bytes, *, source: str) -> Document:
    """The document of an e-mail; its headline is the subject.

    Of a message in plain text and in HTML, the plain text is read. Raises LoadError where the file is no e-mail, is
    encrypted, or says nothing.
    """
    from email import message_from_bytes

    if binary_kind(data) is not None:
        raise other_kind(data, source, EMAIL)
    message = message_from_bytes(data)
    if sum(name in message for name in _MARKS) < _MIN_MARKS:
        raise other_kind(data, source, EMAIL)
    if _type(message) in _ENCRYPTED:
        raise LoadError(
            en=f"{source} is an encrypted e-mail. Open it in your mail program, save a plain copy, and sync that.",
            ar=f"الرسالة {source} مشفّرة. افتحها في برنامج بريدك واحفظ نسخة منها بلا تشفير، ثم زامنها.",
        )
    subject = _header(message, "Subject")
    body, attached = _content(message, source)
    if not (subject or body or attached):
        raise no_text(source, has_pictures=False)
    spoken = language(f"{subject}\n{body}")
    names = _NAMES[spoken]
    lines = [
        subject,
        *(f"{names[name]}: {value}" for name in _HEADERS if (value := _header(message, name))),
        body,
    ]
    if attached:
        lines.append(f"{names['Attachments']}: {_LIST_SEPARATOR[spoken].join(attached)}")
    return make_document(
        storable("\n\n".join(filter(None, lines))),
        source=source,
        headline=subject,
        furniture=(),
        media_type="message/rfc822",
    )


def _content(message: Message, source: str) -> tuple[str, list[str]]:
    """What the message says, and the names of its attachments."""
    plain: list[str] = []
    pages: list[str] = []
    attached: list[str] = []
    for part in _leaves(message):
        name = _attachment(part)
        if name:
            attached.append(name)
        elif _is_plain(_type(part)):
            plain.append(_text(part, source).strip())
        elif _type(part) == "text/html":
            pages.append(visible_text(_text(part, source)))
    return "\n\n".join(filter(None, plain)) or "\n\n".join(filter(None, pages)), attached


def _leaves(message: Message) -> Iterator[Message]:
    """The parts that are no bundles of parts, in order; a message inside the message is one."""
    from email.message import Message

    stack = [message]
    while stack:
        part = stack.pop()
        inner = part.get_payload()
        if isinstance(inner, list) and _type(part) != "message/rfc822":
            stack += [each for each in reversed(inner) if isinstance(each, Message)]
        else:
            yield part


def _attachment(part: Message) -> str:
    """The name of an attachment, "" for a part of the message itself: its text, or a picture shown in it."""
    kind = _type(part)
    name = _unescaped(_safely(part.get_filename, None) or "")
    if kind == "message/rfc822":
        return (
            name
            or next((_header(inner, "Subject") for inner in part.walk() if inner is not part), "")
            or kind
        )
    if kind.startswith("image/") and "Content-ID" in part:
        return ""
    is_text = _is_plain(kind) or kind == "text/html"
    is_attached = _safely(part.get_content_disposition, None) == "attachment"
    return "" if is_text and not is_attached else name or kind


def _text(part: Message, source: str) -> str:
    """The text of a part, in the character set that it states if that is right, else in the one it is found to have.

    Raises LoadError where it is in none that is known.
    """
    data = _safely(lambda: part.get_payload(decode=True), None)
    if not isinstance(data, bytes) or not data.strip():
        return ""
    charset = _safely(part.get_content_charset, None)
    if charset and charset not in _NO_CHARSET:
        try:
            return data.decode(charset).replace("\r\n", "\n")
        except (LookupError, ValueError):
            pass
    decoded = decode_html if _type(part) == "text/html" else decode
    return decoded(data, name=source).replace("\r\n", "\n")


def _header(message: Message, name: str) -> str:
    """The value of a header on one line, "" where there is none."""
    raw = next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), "")
    data = raw.encode("utf-8", "surrogateescape")
    value = ""
    if not raw.isascii():
        # Old programs in Arabic countries wrote their own code page into headers, where only ASCII may stand.
        with suppress(LoadError):
            value = decode(data, name=name)
    return storable(" ".join((value or _unescaped(raw)).split()))


def _unescaped(text: str) -> str:
    """The text of a header with its "=?utf-8?…?=" decoded."""
    from email.header import decode_header, make_header

    return _safely(lambda: str(make_header(decode_header(text))), text)


def _is_plain(kind: str) -> bool:
    # A bundle whose parts could not be told apart is read as it stands.
    return kind == "text/plain" or kind.startswith("multipart/")


def _type(part: Message) -> str:
    return _safely(part.get_content_type, "")


def _safely(read: Callable[[], _T], default: _U) -> _T | _U:
    try:
        return read()
    except _HEADER_ERRORS:
        return default
