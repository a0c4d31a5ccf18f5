"""Sources that disagree, told from sources that speak of different things."""

from __future__ import annotations

import pytest

from rag.cite import find_conflicts
from rag.schema import DraftConflict, Hit
from tests.hits import hit_of

# Sentences of the seed articles 000, 001, 003 and 002, as printed.
COUNTED_000 = (
    "جاء ذلك في البيان الختامي الصادر، الإثنين ، عقب الاجتماع الوزاري الذي انعقد في العاصمة الإيطالية روما بالشراكة مع "
    "الولايات المتحدة الأمريكية ، وممثلين عن 81 دولة في التحالف ,"
)
COUNTED_001 = (
    'وفي وقت سابق، عقد الاجتماع الوزاري للتحالف الدولي ضد تنظيم "داعش"، بالشراكة مع الولايات المتحدة الأمريكية، '
    "وممثلين عن 81 دولة في التحالف الدولي في العاصمة الإيطالية روما."
)
COUNTED_003 = (
    "شددت 83 دولةً غربيةً وعربية ممن شاركوا في الاجتماع الوزاري لـ التحالف الدولي المناهض لتنظيم داعش، اليوم "
    "الإثنين،في مؤتمر روما، على تمسكها بهزيمة التنظيم والتزامها بتحقيق الاستقرار في المناطق التي تمّ دحره منها."
)
MEMBERS_003 = (
    "في التفاصيل، ترأس وزيرا خارجية إيطاليا، لويجي دي مايو، ونظيره الأمريكي أنتوني بلينكن في روما وللمرة الأولى، "
    "الجلسة  الوزارية المتكاملة للتحالف الدولي المناهض لـ “داعش” بمشاركة 83 عضواً."
)
FREED = "تحرر ما يقرب من 8 ملايين شخص في العراق وسوريا من سيطرة داعش، لكن التهديد ما زال قائما."
FREED_IN_WORDS = "وأن ما يقرب من ثمانية ملايين شخص تحرروا من سيطرة داعش في العراق وسوريا."
DEPEND = "حثت على تجديد آلية الأمم المتحدة عبر الحدود ، والتي يعتمد عليها 3.4 مليون شخص للحصول على المساعدة الإنسانية."
PLEDGE = (
    "أكد التحالف الدولي اعتقاده بضرورة بذل جهد شامل وجماعي لإلحاق هزيمة كاملة ودائمة بالتنظيم حول العالم."
)


def seeds() -> list[Hit]:
    """The three articles as retrieval finds them for the count of countries."""
    return [
        hit_of("001", PLEDGE, COUNTED_001, scores=[0.02, 0.15]),
        hit_of("003", COUNTED_003, MEMBERS_003, scores=[0.145, 0.115]),
        hit_of("000", COUNTED_000, FREED, scores=[0.12, 0.0]),
    ]


def summary(conflict: DraftConflict) -> dict[str, list[str]]:
    """Sources by printed value."""
    return {value: [item.passage.source for item in evidence] for value, evidence in conflict.values}


@pytest.mark.parametrize(
    "question",
    [
        "كم دولة شاركت في الاجتماع؟",
        "كم عدد الدول المشاركة في اجتماع روما؟",
        "ما عدد الدول التي حضرت؟",
        "How many countries took part in Rome?",
        "What is the number of countries at the Rome meeting?",
    ],
)
def test_the_seeds_disagree_on_the_count_of_countries(question: str) -> None:
    (conflict,) = find_conflicts(question, seeds())
    assert conflict.about == "دولة"
    assert summary(conflict) == {"81": ["001", "000"], "83": ["003"]}
    for value, evidence in conflict.values:
        assert all(f"{value} دول" in item.sentence.text for item in evidence)


def test_the_count_does_not_matter_where_something_else_is_asked() -> None:
    assert find_conflicts("أين عقد الاجتماع؟", seeds()) == ()
    assert find_conflicts("Who chaired the meeting?", seeds()) == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("حضر الاجتماع في روما 81 دولة.", "حضر الاجتماع في روما ٨١ دولة."),
        ("حضر الاجتماع في روما 5 دول.", "حضر الاجتماع في روما خمس دول."),
        (FREED, FREED_IN_WORDS),
        ("The bridge cost 2.3 million dollars.", "The bridge cost 2,300,000 dollars."),
        ("Eight ministers came to Rome.", "8 ministers came to Rome."),
    ],
)
def test_equal_numbers_never_conflict(one: str, other: str) -> None:
    question = "كم العدد؟" if "ا" in one else "How many were there?"
    assert find_conflicts(question, [hit_of("a", one), hit_of("b", other)]) == ()


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        ("كم شخصا؟", FREED, DEPEND),
        ("How many people are there?", FREED, DEPEND),
        (
            "How many people?",
            "Fire drove 300 people from their homes.",
            "Some 90 people ran the city marathon.",
        ),
        (
            "How many members?",
            "The council has 12 members.",
            "The meeting in Rome was attended by 83 countries.",
        ),
        ("كم عدد القتلى؟", "سقط 12 قتيلا في الانفجار.", "صدر القرار رقم 2254 في روما."),
    ],
)
def test_counts_of_different_things_do_not_conflict(question: str, one: str, other: str) -> None:
    assert find_conflicts(question, [hit_of("a", one), hit_of("b", other)]) == ()


def test_one_source_does_not_contradict_itself() -> None:
    first = hit_of("a", "حضر الاجتماع في روما 81 دولة.")
    again = hit_of("a", "حضر الاجتماع في روما 83 دولة.", start=500)
    assert find_conflicts("كم دولة حضرت؟", [first, again]) == ()
    assert find_conflicts("كم دولة حضرت؟", [first, first]) == ()


def test_a_source_that_gives_both_values_contradicts_neither() -> None:
    both = hit_of("a", "حضر الاجتماع في روما 81 دولة من أصل 83 دولة.")
    assert find_conflicts("كم دولة حضرت؟", [both, hit_of("b", "حضر الاجتماع في روما 83 دولة.")]) == ()


def test_sentences_that_answer_badly_do_not_count() -> None:
    hits = [
        hit_of("a", "81 countries met in Rome.", "Ministers spoke.", scores=[0.9, 0.5]),
        hit_of("b", "83 countries met in Rome.", scores=[0.55]),
    ]
    assert find_conflicts("How many countries met in Rome?", hits) == ()


def test_the_unit_that_the_question_names_is_the_one_that_counts() -> None:
    hits = [
        hit_of("a", "81 countries and 20 journalists met in Rome."),
        hit_of("b", "83 countries and 30 journalists met in Rome."),
    ]
    (conflict,) = find_conflicts("How many journalists met in Rome?", hits)
    assert (conflict.about, summary(conflict)) == ("journalists", {"20": ["a"], "30": ["b"]})


def test_a_unit_in_any_case() -> None:
    hits = [hit_of("a", "حضر الاجتماع 81 عضواً."), hit_of("b", "حضر الاجتماع 5 ملايين عضو.")]
    (conflict,) = find_conflicts("كم عضوًا حضر؟", hits)
    assert summary(conflict) == {"81": ["a"], "5 ملايين": ["b"]}
    assert conflict.about == "عضواً"


def test_no_hits_no_conflict() -> None:
    assert find_conflicts("كم دولة شاركت؟", []) == ()


OTHER_VALUES = [
    (
        "When was the cathedral built?",
        [
            "The cathedral of Kalamazoo was built in 1856.",
            "The cathedral of Kalamazoo was built there in 1900.",
        ],
        "date",
        {"1856": ["0"], "1900": ["1"]},
    ),
    (
        "متى تأسس النادي؟",
        ["تأسس النادي الرياضي في المدينة عام 1924.", "تأسس النادي الرياضي في المدينة عام ١٩٣٦."],
        "التاريخ",
        {"1924": ["0"], "1936": ["1"]},
    ),
    (
        "Where was the meeting held?",
        ["The ministerial meeting was held in Rome.", "The ministerial meeting was held in Paris."],
        "place",
        {"Rome": ["0"], "Paris": ["1"]},
    ),
    (
        "أين عقد الاجتماع؟",
        ["عقد الاجتماع الوزاري للتحالف في روما.", "عقد الاجتماع الوزاري للتحالف في باريس."],
        "المكان",
        {"روما": ["0"], "باريس": ["1"]},
    ),
    (
        "Who directed the film?",
        ["The film was directed by Mahesh Bhatt.", "The film was directed by Raj Kapoor."],
        "name",
        {"Mahesh Bhatt": ["0"], "Raj Kapoor": ["1"]},
    ),
    (
        "من ترأس الاجتماع؟",
        ["ترأس اجتماع وزراء التحالف أنتوني بلينكن.", "ترأس اجتماع وزراء التحالف سيرغي لافروف."],
        "الاسم",
        {"أنتوني بلينكن": ["0"], "سيرغي لافروف": ["1"]},
    ),
    (
        "What sport is he known for?",
        ["He is best known for playing cricket.", "He is best known for playing hockey."],
        "answer",
        {"cricket": ["0"], "hockey": ["1"]},
    ),
]


@pytest.mark.parametrize(("question", "sentences", "about", "values"), OTHER_VALUES)
def test_dates_places_and_names(
    question: str, sentences: list[str], about: str, values: dict[str, list[str]]
) -> None:
    hits = [hit_of(str(number), sentence) for number, sentence in enumerate(sentences)]
    (conflict,) = find_conflicts(question, hits)
    assert (conflict.about, summary(conflict)) == (about, values)


@pytest.mark.parametrize(
    ("question", "sentences"),
    [
        (
            "When was it built?",
            ["The bridge was built in 1856.", "Another war began in 1900, far away from here."],
        ),
        ("When was it built?", ["It was built from 1856 to 1858.", "From 1856 on it was built, until 1860."]),
        ("Where was the meeting held?", ["It was held in Rome, Italy.", "It was held in Rome."]),
        (
            "Where was the meeting held?",
            ["The meeting in Rome ended.", "Paris has two airports and a river."],
        ),
        (
            "Who chaired it?",
            ["The meeting was chaired by Blinken.", "The meeting was chaired by Antony Blinken."],
        ),
        (
            "Who chaired it?",
            ["The meeting was chaired by Blinken.", "Blinken chaired the long meeting alone."],
        ),
        ("من ترأس الاجتماع؟", ["ترأس الاجتماع أنتوني بلينكن.", "انتهى اللقاء في العاصمة مساء."]),
        ("What is it?", ["It is a bridge.", "It is a bridge."]),
    ],
)
def test_no_conflict_where_the_same_or_something_else_is_told(question: str, sentences: list[str]) -> None:
    hits = [hit_of(str(number), sentence) for number, sentence in enumerate(sentences)]
    assert find_conflicts(question, hits) == ()


@pytest.mark.parametrize("question", ["How many countries met in Rome?", "كم دولة اجتمعت في روما؟"])
def test_a_common_unit_is_one_unit_in_both_languages(question: str) -> None:
    hits = [
        hit_of("a", "81 countries met in Rome, with 20 journalists."),
        hit_of("b", "اجتمعت في روما 83 دولة، ومعها 30 صحافيا."),
        hit_of("c", "انضمت 40 دولة إلى المعاهدة."),
    ]
    (conflict,) = find_conflicts(question, hits)
    assert summary(conflict) == {"81": ["a"], "83": ["b"]}
