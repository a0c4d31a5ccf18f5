"""What a question asks for, in both languages."""

from __future__ import annotations

import pytest

from rag import text
from rag.question import DURATION, Asked, Kind, unit_key, what_is_asked


@pytest.mark.parametrize(
    "question",
    [
        "How long did the meeting last?",
        "How long had the coalition been at it?",
        "How much time was left?",
        "كم مضى على آخر لقاء؟",
        "كم استغرق الاجتماع؟",
        "كم من الوقت بقي؟",
        "ما مدة الاجتماع؟",
    ],
)
def test_durations(question: str) -> None:
    assert what_is_asked(question) == Asked("quantity", DURATION)


QUANTITIES = [
    ("How many countries took part in Rome?", "countries"),
    ("how many of the members came", "members"),
    ("How much money was pledged?", "money"),
    ("What is the number of countries in the coalition?", "countries"),
    ("What was the total number of deaths?", "deaths"),
    ("How long is the bridge?", ""),
    ("How old is the city?", ""),
    ("What is the population of Cairo?", ""),
    ("كم دولة شاركت في الاجتماع؟", "دولة"),
    ("كَمْ دَوْلَةً شَارَكَتْ؟", "دولة"),
    ("وكم عدد الدول المشاركة؟", "الدول"),
    ("كم من دولة شاركت؟", "دولة"),
    ("بكم دولة بدأ التحالف؟", "دولة"),
    ("على كم ركيزة تقوم الاستراتيجية؟", "ركيزة"),
    ("كم شخصًا تحرر؟", "شخص"),
    ("ما عدد الدول المشاركة؟", "الدول"),
    ("ما هو عدد الدول؟", "الدول"),
    ("كم يبلغ عدد السكان؟", "السكان"),
    ("كام دولة حضرت؟", "دولة"),
    ("كم؟", ""),
    ("ما قيمة المساعدات؟", ""),
    ("ما نسبة الفقر؟", ""),
]


@pytest.mark.parametrize(("question", "unit"), QUANTITIES)
def test_quantities_and_their_units(question: str, unit: str) -> None:
    asked = what_is_asked(question)
    assert asked.kind == "quantity"
    assert asked.unit == (unit_key(text.stem(text.words(unit)[0])) if unit else "")


KINDS: list[tuple[str, Kind]] = [
    ("When was the bridge opened?", "time"),
    ("In which year was it founded?", "time"),
    ("How long ago did it end?", "time"),
    ("متى افتتح الجسر؟", "time"),
    ("ومتى انتهى؟", "time"),
    ("مَتَى افتُتِح؟", "time"),
    ("في أي عام تأسس التحالف؟", "time"),
    ("بأي سنة تأسس؟", "time"),
    ("ما تاريخ الاجتماع؟", "time"),
    ("Where did they meet?", "place"),
    ("In what city did they meet?", "place"),
    ("Which country hosted it?", "place"),
    ("أين عقد الاجتماع؟", "place"),
    ("من أين جاء الوزير؟", "place"),
    ("وين صار الاجتماع؟", "place"),
    ("في أي مدينة توجد القيادة؟", "place"),
    ("Who chaired the meeting?", "person"),
    ("To whom did he speak?", "person"),
    ("من ترأس الاجتماع؟", "person"),
    ("من هو وزير الخارجية؟", "person"),
    ("ومن الذي حضر؟", "person"),
    ("مين وزير خارجية كندا؟", "person"),
    ("لمن هذه المدينة؟", "other"),
    ("Why did they meet?", "other"),
    ("What did he do when he was sixteen?", "other"),
    ("What does the minister say about who came and where?", "other"),
    ("ماذا قال الوزير عن عدد الدول؟", "other"),
    ("In 1985, which country signed the treaty?", "place"),
    ("Who was there when it opened?", "person"),
    ("What happened in Rome?", "other"),
    ("Why did a number of countries leave?", "other"),
    ("Show me everything", "other"),
    ("لماذا انسحب عدد من الوزراء؟", "other"),
    ("ما نتيجة الاجتماع في روما؟", "other"),
    ("هل انتهى الاجتماع؟", "other"),
    ("ماذا يريد الوزير من روما؟", "other"),
    ("كيف تم تمويلهم؟", "other"),
    ("كما قال الوزير", "other"),
    ("?", "other"),
    ("", "other"),
]


@pytest.mark.parametrize(("question", "kind"), KINDS)
def test_kinds(question: str, kind: Kind) -> None:
    assert what_is_asked(question).kind == kind


@pytest.mark.parametrize(
    ("one", "other"), [("شخصًا", "شخص"), ("عضوا", "عضو"), ("دولةً", "دولة"), ("countries", "country")]
)
def test_units_agree_in_every_case(one: str, other: str) -> None:
    keys = {unit_key(text.stem(text.words(word)[0])) for word in (one, other)}
    assert len(keys) == 1


@pytest.mark.parametrize("unit", ["%", "$", "يا", ""])
def test_short_units_stay(unit: str) -> None:
    assert unit_key(unit) == unit
