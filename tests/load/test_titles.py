"""Which titles in a file's properties an author gave."""

from __future__ import annotations

import pytest

from rag.load.titles import stated_title


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("  تقرير \n المدن  السنوي ", "تقرير المدن السنوي"),
        ("Annual report 2021", "Annual report 2021"),
        ("Word order in Arabic", "Word order in Arabic"),
        ("Document security", "Document security"),
        ("", ""),
        ("report", ""),
        ("12 34", ""),
        ("Microsoft Word - تقرير نهائي", ""),
        ("PowerPoint Presentation", ""),
        ("عرض تقديمي في PowerPoint", ""),
        ("Document 1", ""),
        ("final version.docx", ""),
        ("بدون عنوان 2", ""),
        ("a long first paragraph " * 20, ""),
    ],
)
def test_titles_of_programs_are_none(title: str, expected: str) -> None:
    assert stated_title(title) == expected
