"""Bytes to text: every encoding that documents come in, and everything that is no text."""

from __future__ import annotations

import logging

import pytest

from rag.errors import LoadError
from rag.load.decode import decode

ARABIC = "أكد الوزراء، الاثنين، التزامهم بهزيمة التنظيم.\r\nهل وصل الوفد؟\n"
ENGLISH = "The council met on Monday.\r\nNo vote was taken.\n"
FRENCH = "Café à la crème, déjà vu : l’été où l’on était né.\n"


@pytest.mark.parametrize("text", [ARABIC, ENGLISH, "كتاب", "مُحَمَّد", "Wi-Fi في 83 دولة", "日本語\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_with_its_mark_comes_back_exactly(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding), name="a.txt") == text


@pytest.mark.parametrize("mark_and_encoding", [(b"\xfe\xff", "utf-16-be"), (b"\xff\xfe", "utf-16-le")])
def test_utf16_of_both_byte_orders(mark_and_encoding: tuple[bytes, str]) -> None:
    mark, encoding = mark_and_encoding
    assert decode(mark + ARABIC.encode(encoding), name="a.txt") == ARABIC


@pytest.mark.parametrize("text", [ARABIC, ENGLISH, FRENCH, "كتاب", "مرحبا", "ok"])
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding), name="a.txt") == text


@pytest.mark.parametrize(
    "text",
    [
        ARABIC,
        "هل وصل الوفد؟",
        "مرحبا بكم",
        "كتاب",
        "لا",
        "مُحَمَّدٌ رسول",
        "اجتماع في باريس عام 2021 مع UNESCO وAFP",
        "زبان فارسی، پنج چراغ و گل",
        "قال “لا” – ثم خرج…",
    ],
)
def test_windows_1256_arabic(text: str, caplog: pytest.LogCaptureFixture) -> None:
    # Windows-1256 has no Farsi yeh.
    text = text.replace("ی", "ي")
    with caplog.at_level(logging.WARNING):
        assert decode(text.encode("windows-1256"), name="قديم.txt") == text
    assert "قديم.txt is not UTF-8; it was read as windows-1256" in caplog.text


def test_iso_8859_6_arabic_is_told_from_windows_1256() -> None:
    assert decode(ARABIC.encode("iso-8859-6"), name="a.txt") == ARABIC


@pytest.mark.parametrize(
    "text",
    [FRENCH, "Ça va ?", "naïve", "É", "ÉTÉ à Québec", "“quoted” – text", "£5 and €6", "El niño comió ¿qué?"],
)
def test_windows_1252_western(text: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert decode(text.encode("windows-1252"), name="a.txt") == text
    assert "read as windows-1252" in caplog.text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("привет мир", "windows-1251"),
        ("ПРИВЕТ МИР", "windows-1251"),
        ("Καλημέρα κόσμε", "windows-1253"),
        ("Zażółć gęślą jaźń", "windows-1250"),
        ("日本語テキスト", "shift_jis"),
        ("أكد التحالف الدولي التزامه", "cp720"),
    ],
)
def test_other_encodings_are_refused_and_not_guessed(text: str, encoding: str) -> None:
    with pytest.raises(LoadError, match=r"Save it as UTF-8"):
        decode(text.encode(encoding), name="a.txt")


@pytest.mark.parametrize("text", [ARABIC * 5, "Zürich and Köln. " * 40])
def test_utf8_cut_in_the_middle_of_a_character_is_kept_and_logged(
    text: str, caplog: pytest.LogCaptureFixture
) -> None:
    broken = text.encode() + "ة".encode()[:1]
    with caplog.at_level(logging.WARNING):
        assert decode(broken, name="cut.txt") == text + "\ufffd"
    assert "cut.txt: 1 broken characters" in caplog.text


def test_a_short_utf8_text_may_lose_its_last_character() -> None:
    assert decode("مرحبا بكم".encode()[:-1], name="a.txt") == "مرحبا بك\ufffd"


def test_a_replacement_character_of_the_author_is_not_damage(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert decode("\ufffd نص".encode(), name="a.txt") == "\ufffd نص"
    assert caplog.text == ""


def test_badly_damaged_utf8_is_refused_and_never_read_as_mojibake() -> None:
    damaged = b"".join(ARABIC.encode()[start : start + 10] + b"\xff" for start in range(0, 60, 10))
    with pytest.raises(LoadError, match=r"a\.txt is damaged: \d+ places"):
        decode(damaged, name="a.txt")


def test_damaged_utf16_is_refused() -> None:
    with pytest.raises(LoadError, match=r"damaged"):
        decode(b"\xff\xfe" + b"\x00\xd8" * 20, name="a.txt")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "a PDF"),
        (b"PK\x03\x04\x14\x00\x06\x00", "a zip archive or an Office document"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "a PNG image"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "a JPEG image"),
        (b"{\\rtf1\\ansi hello}", "an RTF document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document"),
        (bytes(range(256)) * 4, "binary data"),
        (b"\x00" * 100, "binary data"),
        (b"\xff\xfeab\x00\x00", "binary data"),
        (b"text, and then\x00\x01\x02\x03 bytes", "binary data"),
    ],
)
def test_what_is_not_text_is_named(data: bytes, kind: str) -> None:
    with pytest.raises(LoadError) as caught:
        decode(data, name="ملف.txt")
    assert "ملف.txt is not text" in caught.value.en
    assert kind in caught.value.en
    assert "الملف ملف.txt ليس نصًا" in caught.value.ar


@pytest.mark.parametrize("data", [b"", b" \r\n\t ", b"\xef\xbb\xbf", b"\xff\xfe", "\u3000\n".encode()])
def test_an_empty_file_is_an_error(data: bytes) -> None:
    with pytest.raises(LoadError, match=r"is empty"):
        decode(data, name="a.txt")
