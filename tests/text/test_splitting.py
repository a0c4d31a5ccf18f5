"""Where sentences end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.text import sentences
from rag.text.splitting import LONG_SENTENCE, MAX_SENTENCE, SEMICOLON_ENDS_FROM


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


# "|" marks the ends; what stands between is expected as it is, without the white space around it.
ENDS = [
    "جاء الوزير. | ثم غادر.",
    "He came. | He left.",
    "أين هو؟ | لا أحد يعلم! | حقا.",
    "Where is he? | Nobody knows! | Really.",
    "حقا؟! | نعم",
    "Really?!! | Yes",
    "جاء… | ثم غادر",
    "He came… | Then he left.",
    "قال الوَزِيرُ ذٰلِكَ. | ثُمَّ غـــادَرَ.",
    "جاء الوزير . | ثم غادر .",
    "قرار رقم 2254. | وستواصل كندا العمل.",
    "قرار رقم ٢٢٥٤. | وستواصل كندا العمل.",
    "Resolution 2254. | Canada will go on.",
    "انتهى الاجتماع.|وأضاف",
    "انتهى عام (1288).|كانت هناك",
    "هل جاء؟|نعم",
    "قال NATO كلمته. | The end. | انتهى.",
    "it rains. | we stay.",
    "for white children.. | These schools do well.",
    "“لم يعد قائما.” | وأضاف.",
    "«لم يعد قائما.» | وأضاف.",
    '"He came." | She left.',
    "(He came.) | She left.",
    "«هل جاء؟ » | وأضاف.",
    # on these lines nothing ends but the line
    "3.4 مليون و٣٫٤ مليون و2.5 million",
    "قال د. أحمد و أ.د. محمد عام 300 ق.م. في ص. 12",
    "The U.S. Senate, e.g. Dr. Smith of No. 5 and J. K. Rowling",
    "by Jan. 5 at 3 a.m. local time",
    "Acme Inc. said so",
    "see example.com and file.txt?q=1",
    '"Really?" he asked.',
    "He thought ... and went.",
    "“قف!”، قال الحارس",
    "الملكة السورية ماوية.. قادت ثورة",
    "1. Introduction",
    "Semi; colons ؛ stay",
]


@pytest.mark.parametrize("marked", ENDS)
def test_ends(marked: str) -> None:
    expected = [part.strip() for part in marked.split("|")]
    assert split(marked.replace("| ", "").replace("|", "")) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Etc. The end.", ["Etc.", "The end."]),
        ("He said no. Then he left.", ["He said no.", "Then he left."]),
        ("at 3 p.m. The rest", ["at 3 p.m.", "The rest"]),
        ("  \n\t", []),
        ("", []),
        ("...", ["..."]),
    ],
)
def test_ends_that_depend_on_what_follows(text: str, expected: list[str]) -> None:
    assert split(text) == expected


def test_offsets_are_those_of_the_text_given() -> None:
    assert sentences("\ufeff  قال مُحَمَّد.\r\n\r\n  He left.  ") == [(0, 16), (22, 30)]


WRAPPED_ENGLISH = """The coalition of eighty-one states met in the Italian capital on
Monday and said that it would go on with its work in Iraq and in
Syria. It will meet again next year."""

WRAPPED_ARABIC = """أكد التحالف الدولي لمحاربة التنظيم على ضرورة بذل جهد جماعي وشامل
لهزيمته بشكل كامل ودائم في جميع أنحاء العالم وفي كل منطقة ينشط فيها
حتى الآن. وأضاف البيان ذلك."""


@pytest.mark.parametrize("text", [WRAPPED_ENGLISH, WRAPPED_ARABIC])
def test_wrapped_lines_are_joined(text: str) -> None:
    first, second = split(text)
    assert first.count("\n") == 2
    assert "\n" not in second


@pytest.mark.parametrize(
    "text",
    [
        "عنوان الخبر\nأكد التحالف ذلك",
        "A headline\nThe coalition said so",
        "A headline\n\nthe coalition said so",
        "- apples\n- pears",
        "1. التفاح\n2. الكمثرى",
        "fruits:\napples",
        "وزراء خارجية التحالف الدولي من مؤتمر روما: سنواصل محاربة التنظيم\n" * 2,
        f"{'كلمة ' * 40}\n{'كلمة ' * 40}",  # too long for a printed line: paragraphs
    ],
)
def test_line_breaks_that_end(text: str) -> None:
    assert split(text) == [line.strip() for line in text.splitlines() if line.strip()]


def test_a_list_item_is_not_joined_to_a_full_line() -> None:
    line = "The coalition of eighty-one states met in the Italian capital on"
    assert split(f"{line}\n- Monday and it said that it would go on with its work in Iraq") == [
        line,
        "- Monday and it said that it would go on with its work in Iraq",
    ]


def test_news_commas_split_a_long_sentence() -> None:
    clause = (
        "وأكد البيان أن التحالف ملتزم بالعمل مع بلدان إفريقيا جنوب الصحراء الكبرى حيث توجد شبكات من التنظيم"
    )
    text = " , ".join([clause] * 4) + "."
    assert len(text) > LONG_SENTENCE
    assert split(text) == [f"{clause} ,"] * 3 + [f"{clause}."]


def test_short_clauses_stay_together() -> None:
    clause = "وأكد البيان أن التحالف ملتزم بالعمل"
    pieces = split(" , ".join([clause] * 12))
    assert len(pieces) > 1
    assert all(80 <= len(piece) <= LONG_SENTENCE for piece in pieces)


def test_a_sentence_within_the_limit_keeps_its_commas() -> None:
    text = "أكد التحالف ذلك , وأضاف ، أنه ملتزم ; ثم غادر."
    assert split(text) == [text]


def test_arabic_commas_split_only_as_far_as_needed() -> None:
    clause = "وأكد البيان أن التحالف ملتزم بالعمل مع بلدان إفريقيا جنوب الصحراء الكبرى"
    pieces = split(" ، ".join([clause] * 6))
    assert [piece.count(clause) for piece in pieces] == [4, 2]


def test_a_semicolon_ends_a_long_sentence_only() -> None:
    clause = "قال " * (SEMICOLON_ENDS_FROM // 4) + "هذا؛"
    assert split(f"{clause} ثم غادر.") == [clause, "ثم غادر."]
    assert split("قال هذا؛ ثم غادر.") == ["قال هذا؛ ثم غادر."]


@pytest.mark.parametrize(
    "unit",
    ["كلمة ", "ا", ".", ". ", "U.", "a , ", "؛", '"', "\n", "ا\n", "١٢٣٤", ".)", "word\n"],
)
def test_a_megabyte_without_an_end_terminates(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    spans = sentences(text)
    assert all(end - start <= MAX_SENTENCE for start, end in spans)
    assert "".join("".join(text[start:end].split()) for start, end in spans) == "".join(text.split())


PROSE = st.lists(
    st.one_of(
        st.text(),
        st.sampled_from(
            [
                ". ",
                "؟ ",
                "! ",
                "…",
                ".. ",
                " , ",
                " ، ",
                "؛ ",
                "; ",
                "”",
                '"',
                "»",
                "\n",
                "\n\n",
                " ",
                "U.S.",
                "د. ",
                "3.4",
                "1. ",
            ]
        ),
        st.sampled_from(["التحالف ", "مُحَمَّد ", "Coalition ", "said ", "كلمة " * 40, "word " * 90, "x" * 1200]),
    ),
    max_size=40,
).map("".join)


@given(PROSE)
def test_spans_are_ordered_tight_and_cover_everything(text: str) -> None:
    position = 0
    for start, end in sentences(text):
        assert position <= start < end <= len(text)
        assert end - start <= MAX_SENTENCE
        assert not text[position:start].strip()
        assert text[start:end] == text[start:end].strip()
        position = end
    assert not text[position:].strip()
