"""Content streams → operators and operands, malformed ones included."""

from __future__ import annotations

import pytest

from rag.load.pdf_operators import Operand, TooComplexError, operations


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", []),
        (b"q 1 0 0 -1 .5 +3. cm Q", [(b"q", []), (b"cm", [1, 0, 0, -1, 0.5, 3]), (b"Q", [])]),
        (b"/F1 12 Tf(a)Tj", [(b"Tf", ["/F1", 12]), (b"Tj", [b"a"])]),
        (b"/A#20B gs", [(b"gs", ["/A B"])]),
        (b"T* 0 0 m% a (comment\nn", [(b"T*", []), (b"m", [0, 0]), (b"n", [])]),
        (b"(a (b) c) Tj", [(b"Tj", [b"a (b) c"])]),
        (rb"(\(\)\\ \101\7x \n) Tj", [(b"Tj", [b"()\\ A\x07x \n"])]),
        (b"(one\\\nline) Tj", [(b"Tj", [b"oneline"])]),
        (b"<48 65\n6C6> Tj", [(b"Tj", [b"Hel`"])]),
        (b"[(a) -20 <62>] TJ", [(b"TJ", [[b"a", -20, b"b"]])]),
        (
            b"/Span <</ActualText <FEFF0627> /X [1 <</Y 2>>] /Z true>> BDC",
            [(b"BDC", ["/Span", {"/ActualText": b"\xfe\xff\x06\x27", "/X": [1, {"/Y": 2}], "/Z": None}])],
        ),
        (b"q BI /W 2 /H 1 ID \x00(\xffEI(\x01 EI Q", [(b"q", []), (b"BI", ["/W", 2]), (b"Q", [])]),
    ],
)
def test_operations(data: bytes, expected: list[tuple[bytes, list[Operand]]]) -> None:
    found = list(operations(data))
    if b"BI" in data:
        # What describes an inline image is not read: its place is all that counts.
        found = [(operator, operands[:2] if operator == b"BI" else operands) for operator, operands in found]
        expected = [(operator, [] if operator == b"BI" else operands) for operator, operands in expected]
    assert found == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"--5 1.2.3 - 99999999999 Td", [(b"Td", [0, 0, 0, 0])]),
        (b"[(a) (b) Tj q", [(b"Tj", [[b"a", b"b"]]), (b"q", [])]),
        (b"] >> ) } > q", [(b"q", [])]),
        (b"<</A 1 /B q", [(b"q", [["/A", 1, "/B"]])]),
        (b"<<1 2 /A 3>> gs", [(b"gs", [{"/A": 3}])]),
        (b"q (never closed (a) b", [(b"q", [])]),
        (b"q BI /W 1 ID never ends", [(b"q", []), (b"BI", [])]),
        (b"<zz> Tj", [(b"zz", []), (b"Tj", [])]),
    ],
)
def test_what_is_malformed_costs_no_more_than_itself(
    data: bytes, expected: list[tuple[bytes, list[Operand]]]
) -> None:
    assert list(operations(data)) == expected


def test_there_is_an_end_of_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.load.pdf_operators._MAX_TOKENS", 100)
    assert len(list(operations(b"q " * 100))) == 100
    with pytest.raises(TooComplexError):
        list(operations(b"q " * 101))
    with pytest.raises(TooComplexError):
        list(operations(b"1 " * 101))
