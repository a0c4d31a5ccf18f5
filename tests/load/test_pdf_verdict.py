"""Which pages are read, and which are beyond it. Odd pages that make sense must be read."""

from __future__ import annotations

import pytest

from rag.load.pdf_verdict import Verdict, judge
from tests.load import pdfs

ENGLISH = (
    "Prices rose by three per cent in the last year, says the bank, and will rise again in the next one."
)


@pytest.mark.parametrize(
    "text",
    [
        "٢",
        "Contents",
        ENGLISH,
        "أكد الوزراء في البيان الختامي التزامهم التام بهزيمة التنظيم، ورحبوا بانضمام أربع دول.",
        "Façade élevée où l'été fût très âpre, dès l'août dernier, à l'hôtel très près du Château-Thierry",
        "Þór sagði að það væri ágætt að fá sér kaffi á Íslandi áður en þú ferð heim til þín á ný í dag",
        "Şu köşe yaz köşesi, şu köşe kış köşesi, ortada su şişesi; ağaçların gölgesi düştü üstüne güzün",
        "Zażółć gęślą jaźń, pchnąć w tę łódź jeża lub ośm skrzyń fig; w Szczebrzeszynie chrząszcz brzmi",
        "def f(x):\n    return {k: v ** 2 for k, v in x.items() if k != 'n'}  # TODO: check\nprint(f({'a': 1}))",
        '{"a": 1, "b": [2, 3, {"c": null}], "d": "x"}, {"a": 4, "b": [5], "d": "y"}, {"a": 6, "b": []}',
        "HTTP TCP UDP TLS SSH DNS FTP SMTP IMAP POP3 NTP LDAP RTP SIP XMPP IRC QUIC gRPC JSON XML CSV PDF",
        "12.5 | 13.7 | 1,250 | 99.9% | 2021-06-28 | 3.5e-7 | 0x1F | 18:30",
        "∀ε>0 ∃δ>0: |x−a|<δ ⇒ |f(x)−f(a)|<ε, ∑ᵢ xᵢ² ≤ ∫ g dμ, αβγ ∈ ℝⁿ, x̂ = argmin ‖Ax − b‖₂",
        "." * 300 + " 12",
        ENGLISH + "\uf0b7\uf0a7\ufffd\ufffd",
    ],
)
def test_what_makes_sense_is_readable(text: str) -> None:
    assert judge(pdfs.glyphs(text), 0.0) is Verdict.READABLE
    assert judge(pdfs.glyphs(text), 1.0) is Verdict.READABLE


@pytest.mark.parametrize(
    "text",
    [
        "\ufffd" * 20,
        "\ue012\ue013\ue020" * 10,
        "In \ufffd\ufffd\ufffd the \ufffd\ufffd\ufffd\ufffd of",
        # Arabic in Windows-1256 read as Latin.
        "أكد الوزراء في البيان الختامي التزامهم التام بهزيمة التنظيم ورحبوا".encode("cp1256").decode(
            "latin-1"
        ),
        # Codes that count the letters of the text as they come.
        "".join(chr(33 + list(dict.fromkeys(ENGLISH)).index(letter)) for letter in ENGLISH),
    ],
)
def test_what_makes_none_is_garbled(text: str) -> None:
    assert judge(pdfs.glyphs(text), 0.0) is Verdict.GARBLED


@pytest.mark.parametrize(
    ("picture_share", "verdict"), [(0.0, Verdict.BLANK), (0.2, Verdict.BLANK), (0.98, Verdict.SCANNED)]
)
def test_a_page_without_text(picture_share: float, verdict: Verdict) -> None:
    assert judge([], picture_share) is verdict
    assert judge(pdfs.glyphs("  "), picture_share) is verdict
