"""Tables as text: each row says by itself what its cells are."""

from __future__ import annotations

import pytest

from rag.load.tables import RECORDS, row_label, row_paragraphs, table_paragraphs
from rag.text import sentences


def paragraphs(*rows: list[str]) -> list[str]:
    return list(table_paragraphs(enumerate(rows, start=1)))


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (
            [["المدينة", "السكان"], ["القاهرة", "٩٥٠٠٠٠٠"], ["الجيزة", "4,500,000"]],
            ["المدينة: القاهرة | السكان: ٩٥٠٠٠٠٠", "المدينة: الجيزة | السكان: 4,500,000"],
        ),
        (
            [["City", "", "2020", "2021"], ["Cairo", "x", "9", ""], ["", "", "", ""], ["Giza", "", "", "4"]],
            ["City: Cairo | x | 2020: 9", "City: Giza | 2021: 4"],
        ),
        # A title and a date stand above the header.
        (
            [["Sales report", "", ""], ["May 2021", "", ""], ["Name:", "Unit ", "Price"], ["Tea", "kg", "3"]],
            ["Sales report", "May 2021", "Name: Tea | Unit: kg | Price: 3"],
        ),
        # Two columns, and a value that is missing.
        (
            [["name", "score"], ["Ali", "90"], ["Mona", "N/A"], ["Sara", "85"]],
            ["name: Ali | score: 90", "name: Mona | score: N/A", "name: Sara | score: 85"],
        ),
        # Cells beyond the header, and a header of two lines.
        (
            [["Name", "Full\nprice", "Unit"], ["Tea", "3", "kg", "new"]],
            ["Name: Tea | Full price: 3 | Unit: kg | new"],
        ),
    ],
)
def test_each_row_carries_the_header(rows: list[list[str]], expected: list[str]) -> None:
    assert paragraphs(*rows) == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        # Numbers, dates and addresses are no names of columns.
        ([["Ahmad", "30", "x"], ["Mona", "25", "y"]], ["Ahmad | 30 | x", "Mona | 25 | y"]),
        ([["a@b.com", "x", "y"], ["c@d.com", "z", "w"]], ["a@b.com | x | y", "c@d.com | z | w"]),
        ([["2020", "2021"], ["1", "2"]], ["2020 | 2021", "1 | 2"]),
        ([["one row", "only"]], ["one row | only"]),
        ([["x", "x"], ["1", "2"]], ["x | x", "1 | 2"]),
        ([["سطر أول"], ["سطر ثانٍ"]], ["سطر أول", "سطر ثانٍ"]),
        ([], []),
        ([["", " "]], []),
    ],
)
def test_a_table_without_a_header_is_its_cells(rows: list[list[str]], expected: list[str]) -> None:
    assert paragraphs(*rows) == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["الاسم:", "أحمد"], ["المدينة:", "القاهرة"]], ["الاسم: أحمد", "المدينة: القاهرة"]),
        ([["Name", "Ahmad"], ["Age", "30"], ["City", "Cairo"]], ["Name: Ahmad", "Age: 30", "City: Cairo"]),
        (
            [["Application"], ["Name", "Ahmad"], ["Age", "30"], ["City", "Cairo"]],
            ["Application", "Name: Ahmad", "Age: 30", "City: Cairo"],
        ),
    ],
)
def test_two_columns_of_names_and_values_are_a_form(rows: list[list[str]], expected: list[str]) -> None:
    assert paragraphs(*rows) == expected


def test_long_rows_go_on_under_their_first_cell_and_lose_nothing() -> None:
    fields = [("المدينة", "القاهرة"), *((f"column {n}", f"value {n} " * 4) for n in range(30))]
    lines = row_paragraphs(fields)
    assert len(lines) > 3
    assert all(line.startswith("المدينة: القاهرة | ") for line in lines)
    assert max(map(len, lines)) <= 350
    for name, value in fields:
        assert f"{name}: {value.strip()}" in " | ".join(lines)


def test_a_long_cell_is_a_paragraph_that_keeps_its_lines() -> None:
    article = "سطر أول من المقال.\n" * 30
    assert row_paragraphs([("id", "7"), ("text", article), ("by", "x")]) == [
        "id: 7",
        f"text: {article.strip()}",
        "id: 7 | by: x",
    ]


def test_a_long_first_cell_is_not_repeated() -> None:
    first, second, third = "x" * 150, "y" * 150, "z" * 150
    assert row_paragraphs([("", first), ("", second), ("", third)]) == [f"{first} | {second}", third]


def test_every_row_is_a_sentence_of_its_own() -> None:
    """Rows of printed width would else be taken for lines that a printer wrapped."""
    rows = [
        ["City", "Country", "Note"],
        *([f"City number {n}", "Egypt", "a note of some length"] for n in range(9)),
    ]
    text = "\n\n".join(paragraphs(*rows))
    assert [text[start:end] for start, end in sentences(text)] == text.split("\n\n")


def test_labels_say_which_rows_follow() -> None:
    rows = [(1, ["City", "Size"]), *((n, [f"C{n}", f"{n}"]) for n in range(2, 14)), (20, ["last", "1"])]
    found = list(table_paragraphs(rows, label=row_label("Cities", "City Size")))
    assert [line for line in found if line.startswith("Cities")] == [
        "Cities, rows 2–11",
        "Cities, rows 12–20",
    ]
    assert found[:2] == ["Cities, rows 2–11", "City: C2 | Size: 2"]


@pytest.mark.parametrize(
    ("name", "sample", "first", "last", "expected"),
    [
        ("مدن", "القاهرة", 2, 9, "مدن، الصفوف من 2 إلى 9"),
        ("مدن", "القاهرة", 2, 2, "مدن، الصف 2"),
        ("", "القاهرة", 2, 9, "الصفوف من 2 إلى 9"),
        ("Data", "x", 5, 5, "Data, row 5"),
        ("", "x", 2, 9, "Rows 2–9"),
    ],
)
def test_labels_in_both_languages(name: str, sample: str, first: int, last: int, expected: str) -> None:
    assert row_label(name, sample)(first, last) == expected


def test_labels_of_records() -> None:
    assert row_label("", "x", counted=RECORDS)(1, 3) == "Records 1–3"
    assert row_label("بيانات", "س", counted=RECORDS)(1, 3) == "بيانات، السجلات من 1 إلى 3"
