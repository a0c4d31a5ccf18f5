"""E-mails as mail programs save them, old Arabic ones among them."""

from __future__ import annotations

import base64
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from rag.errors import LoadError
from rag.load.eml import read_eml
from rag.schema import Document


def read(data: bytes) -> Document:
    return read_eml(data, source="docs/رسالة.eml")


def message(text: str = "السلام عليكم.\nمرفق التقرير.", **headers: str) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    fields = {"From": "أحمد <a@example.com>", "To": "b@example.com", "Subject": "تقرير المبيعات"} | headers
    for name, value in fields.items():
        if value:
            mail[name] = value
    mail["Date"] = "Sat, 21 Nov 2026 14:05:00 +0200"
    if text:
        mail.set_content(text)
    return mail


def raw(headers: str, body: bytes = b"") -> bytes:
    return headers.replace("\n", "\r\n").encode("windows-1256") + b"\r\n\r\n" + body


def test_who_wrote_when_and_what() -> None:
    document = read(message(Cc="c@example.com").as_bytes())
    assert document.pages[0].text == (
        "تقرير المبيعات\n\nمن: أحمد <a@example.com>\n\nإلى: b@example.com\n\nنسخة إلى: c@example.com\n\n"
        "التاريخ: Sat, 21 Nov 2026 14:05:00 +0200\n\nالسلام عليكم.\nمرفق التقرير."
    )
    assert (document.headline, document.language) == ("تقرير المبيعات", "ar")
    assert document.media_type == "message/rfc822"


def test_english_mail_has_english_names() -> None:
    text = read(message("Hello there.", Subject="Sales", From="a@example.com").as_bytes()).pages[0].text
    assert text.startswith("Sales\n\nFrom: a@example.com\n\nTo: b@example.com\n\nDate: Sat")


def test_of_plain_text_and_html_the_plain_text_is_read() -> None:
    mail = message("النص العادي")
    mail.add_alternative("<p>نص HTML</p>", subtype="html")
    assert read(mail.as_bytes()).pages[0].text.endswith("النص العادي")


@pytest.mark.parametrize("plain", ["", " \n"])
def test_html_is_read_where_there_is_no_plain_text(plain: str) -> None:
    mail = message(plain)
    page = '<div style="display:none">hidden</div><p>نص <b>الرسالة</b></p><footer>توقيع</footer><script>x</script>'
    if plain:
        mail.add_alternative(page, subtype="html")
    else:
        mail.set_content(page, subtype="html")
    assert read(mail.as_bytes()).pages[0].text.endswith("+0200\n\nنص الرسالة\n\nتوقيع")


def test_attachments_and_inner_messages_are_named_and_not_read() -> None:
    mail = message("Body.", Subject="Files", From="x@example.com")
    mail.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="تقرير.pdf")
    mail.add_attachment("text inside", filename="notes.txt")
    mail.add_attachment(b"x", maintype="application", subtype="zip")
    mail.add_attachment(message("inner body", Subject="رسالة داخلية"))
    text = read(mail.as_bytes()).pages[0].text
    assert text.endswith("Body.\n\nAttachments: تقرير.pdf, notes.txt, application/zip, رسالة داخلية")
    assert "inside" not in text
    assert "inner body" not in text


def test_names_of_attachments_are_decoded() -> None:
    head = 'From: a@b.c\nSubject: x\nContent-Type: application/pdf; name="=?utf-8?B?2KPYrdmF2K8ucGRm?="'
    assert read(raw(head, b"x")).pages[0].text.endswith("Attachments: أحمد.pdf")


def test_headers_of_great_length_are_read_at_once() -> None:
    """The newer of the standard library's policies takes 20 seconds over one of them."""
    head = (
        "From: a@b.c\nSubject: x\nTo: " + "a@b.c, " * 20_000 + "\nContent-Type: text/plain" + "; a=b" * 20_000
    )
    assert "body" in read(raw(head, b"body")).pages[0].text


def test_pictures_shown_in_the_message_are_no_attachments() -> None:
    mail = message("")
    mail.set_content("<p>نص</p>", subtype="html")
    mail.add_related(b"x", maintype="image", subtype="png", cid="<logo>", filename="logo.png")
    assert "logo" not in read(mail.as_bytes()).pages[0].text


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [
        ("windows-1256", "windows-1256"),
        ('"utf-8"', "utf-8"),
        # Stated wrongly or not at all, as old programs did.
        ("us-ascii", "windows-1256"),
        ("x-unknown", "windows-1256"),
        ("utf-8", "windows-1256"),
        ("", "windows-1256"),
        ("", "utf-8"),
    ],
)
def test_the_character_set_is_the_one_that_fits(charset: str, encoding: str) -> None:
    stated = f"; charset={charset}" if charset else ""
    head = f"From: a@b.c\nSubject: x\nContent-Type: text/plain{stated}\nContent-Transfer-Encoding: 8bit"
    body = "وصل الوفد إلى القاهرة اليوم.\r\nثم عاد."
    assert (
        read(raw(head, body.encode(encoding))).pages[0].text.endswith("وصل الوفد إلى القاهرة اليوم.\nثم عاد.")
    )


def test_base64_and_headers_in_pieces() -> None:
    body = base64.encodebytes("نص الرسالة".encode("windows-1256"))
    subject = (
        "=?windows-1256?B?"
        + base64.b64encode("تقرير".encode("windows-1256")).decode()
        + "?=\n =?utf-8?q?_=D8=A3?="
    )
    head = f"From: a@b.c\nSubject: {subject}\nContent-Type: text/plain; charset=windows-1256"
    document = read(raw(f"{head}\nContent-Transfer-Encoding: base64", body))
    assert document.headline == "تقرير أ"
    assert document.pages[0].text.endswith("نص الرسالة")


def test_headers_with_bytes_that_no_header_may_hold() -> None:
    assert (
        read(raw("From: a@b.c\nSubject: تقرير عن المبيعات السنوية", b"x")).headline
        == "تقرير عن المبيعات السنوية"
    )


@pytest.mark.parametrize(
    "head",
    [
        "From: a@b.c\nSubject: x\nDate: not a date\nTo: <<<>>>,,;;\nMIME-Version: 9",
        "From: (((\nSubject: =?utf-8?B?!!!?=\nTo: =?x?y?z?=\nContent-Type: ;;;",
        "From: \nSubject: x\nContent-Type: multipart/mixed; boundary=",
        "From: a@b.c\nSubject: x\nContent-Type: text/plain; charset*0*=\"\nContent-Disposition: ;filename*=x''%%",
    ],
)
def test_broken_headers_hide_nothing_else(head: str) -> None:
    assert "still here" in read(raw(head, b"still here")).pages[0].text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (raw("From: a@b.c\nSubject: \nDate: \nTo:", b" "), "holds no text"),
        (
            raw("From: a@b.c\nSubject: x\nContent-Type: multipart/encrypted; boundary=b", b"--b--"),
            "is an encrypted",
        ),
        (
            raw("From: a@b.c\nSubject: x\nContent-Type: application/pkcs7-mime", b"MII="),
            "is an encrypted e-mail",
        ),
        (b"Just a text\nof two lines.", "is not an e-mail: it looks like plain text"),
        (b"Date: a diary\n\ntext", "is not an e-mail"),
        (b"%PDF-1.4", "is not an e-mail: it looks like a PDF"),
        (b"\xd0\xcf\x11\xe0" + "__substg1.0_".encode("utf-16-le"), "looks like an Outlook message (.msg)"),
    ],
)
def test_what_cannot_be_read_is_told_apart(data: bytes, reason: str) -> None:
    with pytest.raises(LoadError) as caught:
        read(data)
    assert reason in caught.value.en
    assert "docs/رسالة.eml" in caught.value.ar
