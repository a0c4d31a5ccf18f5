"""Claims against the sentences they are said to stand on, within and across Arabic and English."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.cite import MarkedSentence, check_answer
from rag.schema import ClaimStatus, DraftClaim, Embedder, Hit
from tests.hits import hit_of

# Sentences of the seed articles, as printed.
PLEDGE = (
    "أكد التحالف الدولي على ضرورة بذل جهد جماعي وشامل لهزيمة تنظيم داعش بشكل كامل ودائم في جميع أنحاء العالم."
)
JOINED = "وأفاد البيان بانضمام جمهورية إفريقيا الوسطى والكونغو الديمقراطية وموريتانيا واليمن للتحالف."
CHAIRED = (
    "وترأس اجتماع وزراء خارجية التحالف، وزير الخارجية الأميركية، أنتوني بلينكن، ونائبة رئيس الوزراء وزيرة الخارجية "
    "البلجيكية، صوفي ويلميس."
)
AID = "كما أعلن بلينكن، اليوم الاثنين، عن تقديم 436 مليون دولار كمساعداتٍ إنسانية إضافية لسوريا."
HELD = (
    "كشف بلينكن، أن 10 آلاف من مقاتلي تنظيم “داعش”، ما يزالون رهن الاحتجاز في معسكرات تديرها “قوات سوريا "
    "الديمقراطية”."
)
NATO = (
    "ورحبوا بالقرار الصادر عن الاجتماع الوزاري لحلف الناتو في 18 شباط بشأن التوسع التدريجي لمهمة الناتو الاستشارية "
    "والتدريبية غير القتالية في العراق بموافقة كاملة من حكومة العراق."
)
NEXT = "ولفت إلى أن الوزراء يعتزمون عقد الاجتماع المقبل بحلول يونيو/حزيران 2022."
DETAINED = 'وشدد الوزراء على أن الوضع المتعلق بمعتقلي داعش وأفراد أسرتهم في شمال شرقي سوريا "مقلق للغاية".'
FREED = "تحرر ما يقرب من 8 ملايين شخص في العراق وسوريا من سيطرة داعش، لكن التهديد ما زال قائما."
BREAD = "Bake the sourdough loaf for forty minutes in a very hot oven."

SEEDS = [PLEDGE, JOINED, CHAIRED, AID, HELD, NATO, NEXT, DETAINED]


def check(claim: str, *hits: Hit, embedder: Embedder, sources: tuple[int, ...] = ()) -> DraftClaim:
    """The one claim of an answer of one sentence."""
    (checked,) = check_answer([MarkedSentence(claim, sources, 0, "")], hits, embedder=embedder)
    return checked


def status_of(claim: str, sentence: str, embedder: Embedder) -> ClaimStatus:
    """What checking a claim against the one shown sentence gives."""
    return check(claim, hit_of("a", sentence), embedder=embedder, sources=(1,)).status


@pytest.mark.parametrize("sentence", [*SEEDS, FREED, BREAD])
def test_a_sentence_stands_in_itself(sentence: str, embedder: Embedder) -> None:
    hit = hit_of("a", sentence)
    checked = check(sentence, hit, embedder=embedder, sources=(1,))
    assert checked.status == "supported"
    assert checked.text == sentence
    assert [(evidence.passage.source, evidence.sentence.text) for evidence in checked.evidence] == [
        ("a", sentence)
    ]


TRANSLATED = [
    (
        "The coalition stressed the need for a joint, full effort to defeat ISIS completely and lastingly worldwide.",
        PLEDGE,
    ),
    (
        "The statement said the Central African Republic, the DR Congo, Mauritania and Yemen had joined the coalition.",
        JOINED,
    ),
    (
        "The meeting was chaired by US Secretary of State Antony Blinken and Belgian Foreign Minister Sophie Wilmès.",
        CHAIRED,
    ),
    ("Blinken announced 436 million dollars in additional humanitarian aid for Syria.", AID),
    (
        "Blinken said that 10,000 ISIS fighters are still held in camps run by the Syrian Democratic Forces.",
        HELD,
    ),
    (
        "They welcomed the NATO ministerial decision of 18 February to gradually expand its advisory mission in Iraq.",
        NATO,
    ),
    ("The ministers intend to hold the next meeting by June 2022.", NEXT),
    (
        "Ministers stressed that the situation of ISIS detainees in north-eastern Syria is very worrying.",
        DETAINED,
    ),
]


@pytest.mark.parametrize(("english", "arabic"), TRANSLATED)
def test_a_translation_stands_in_its_original(english: str, arabic: str, embedder: Embedder) -> None:
    assert status_of(english, arabic, embedder) in {"supported", "weak"}
    assert status_of(arabic, english, embedder) in {"supported", "weak"}


@pytest.mark.parametrize(("english", "arabic"), TRANSLATED)
def test_a_translation_finds_its_original_among_all(english: str, arabic: str, embedder: Embedder) -> None:
    hits = [hit_of(f"article {number}", sentence) for number, sentence in enumerate(SEEDS)]
    checked = check(english, *hits, embedder=embedder)
    assert checked.evidence[0].sentence.text == arabic


UNRELATED = [
    ("Blinken announced 436 million dollars in additional humanitarian aid for Syria.", JOINED),
    ("The World Cup was won by Argentina.", PLEDGE),
    ("The ministers intend to hold the next meeting by June 2022.", AID),
    ("The loaf is baked for forty minutes.", CHAIRED),
    ("يخبز الرغيف أربعين دقيقة.", CHAIRED),
    ("فازت الأرجنتين بكأس العالم.", NATO),
    ("تأسست الشركة على يد مهندسين من بيروت.", DETAINED),
    ("فازت الأرجنتين بكأس العالم.", BREAD),
    ("The company was founded by two engineers in Beirut.", BREAD),
]


@pytest.mark.parametrize(("claim", "sentence"), UNRELATED)
def test_an_unrelated_claim_is_unsupported_and_cites_nothing(
    claim: str, sentence: str, embedder: Embedder
) -> None:
    checked = check(claim, hit_of("a", sentence), embedder=embedder, sources=(1,))
    assert checked.status == "unsupported"
    assert checked.evidence == ()
    assert checked.reason


SAME_NUMBER = [
    (
        "Nearly eight million people in Iraq and Syria were freed from ISIS control, but the threat remains.",
        FREED,
    ),
    ("تحرر ما يقرب من ثمانية ملايين شخص في العراق وسوريا من سيطرة داعش، لكن التهديد ما زال قائما.", FREED),
    ("تحرر ما يقرب من ٨ ملايين شخص في العراق وسوريا من سيطرة داعش، لكن التهديد ما زال قائما.", FREED),
    ("تحرر ما يقرب من 8,000,000 شخص في العراق وسوريا من سيطرة داعش، لكن التهديد ما زال قائما.", FREED),
    ("The bridge cost 2,300,000 dollars.", "The bridge cost 2.3 million dollars."),
    ("The bridge cost 2.05 million dollars.", "The bridge cost 2,050,000 dollars."),
]


@pytest.mark.parametrize(("claim", "sentence"), SAME_NUMBER)
def test_a_number_counts_however_it_is_written(claim: str, sentence: str, embedder: Embedder) -> None:
    assert status_of(claim, sentence, embedder) == "supported"


CHANGED_NUMBER = [
    (FREED.replace("8 ملايين", "9 ملايين"), FREED),
    (FREED.replace("8 ملايين", "٩ ملايين"), FREED),
    (FREED.replace("8 ملايين", "تسعة ملايين"), FREED),
    (FREED.replace("8 ملايين", "8 آلاف"), FREED),
    (FREED.replace("8 ملايين", "3.4 مليون"), FREED),
    (
        "Nearly nine million people in Iraq and Syria were freed from ISIS control, but the threat remains.",
        FREED,
    ),
    (
        "Nearly 80 million people in Iraq and Syria were freed from ISIS control, but the threat remains.",
        FREED,
    ),
    (AID.replace("436", "463"), AID),
    ("Blinken announced 463 million dollars in additional humanitarian aid for Syria.", AID),
    (NEXT.replace("2022", "2023"), NEXT),
    ("The ministers intend to hold the next meeting by June 2021.", NEXT),
    (BREAD.replace("forty", "fifty"), BREAD),
    (BREAD.replace("forty", "45"), BREAD),
    ("اخبز الرغيف خمسين دقيقة في فرن ساخن جدا.", BREAD),
    ("He named seven witnesses.", "سمى خمسة شهود."),
    ("Seven of them came.", "جاء منهم كثيرون."),
]


@pytest.mark.parametrize(("claim", "sentence"), CHANGED_NUMBER)
def test_a_changed_number_is_never_supported(claim: str, sentence: str, embedder: Embedder) -> None:
    assert status_of(claim, sentence, embedder) != "supported"


@pytest.mark.parametrize(
    ("claim", "sentence", "number"),
    [
        (FREED.replace("8 ملايين", "9 ملايين"), FREED, "9000000"),
        (BREAD.replace("forty", "fifty"), BREAD, "50"),
        ("It cost 2.5 dollars.", "It cost 3 dollars.", "2.5"),
    ],
)
def test_the_reason_names_the_number(claim: str, sentence: str, number: str, embedder: Embedder) -> None:
    checked = check(claim, hit_of("a", sentence), embedder=embedder)
    assert checked.status == "unsupported"
    assert number in checked.reason


FLIPPED = [
    ("The minister attended the meeting in Rome.", "The minister did not attend the meeting in Rome."),
    ("The minister attended the meeting in Rome.", "The minister didn't attend the meeting in Rome."),
    ("حضر الوزير الاجتماع في روما.", "لم يحضر الوزير الاجتماع في روما."),
    ("وحضر الوزير الاجتماع في روما.", "ولم يحضر الوزير الاجتماع في روما."),
    ("يسيطر التنظيم على أراض في العراق.", "لم يعد التنظيم يسيطر على أراض في العراق."),
    ("ISIS controls territory in Iraq.", "ISIS no longer controls territory in Iraq."),
    ("The minister attended the meeting in Rome.", "لم يحضر الوزير الاجتماع في روما."),
    ("حضر الوزير الاجتماع في روما.", "The minister did not attend the meeting in Rome."),
]


@pytest.mark.parametrize(("one", "other"), FLIPPED)
def test_a_denial_is_not_supported_by_its_opposite(one: str, other: str, embedder: Embedder) -> None:
    assert status_of(one, other, embedder) != "supported"
    assert status_of(other, one, embedder) != "supported"


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        ("The minister did not attend the meeting.", "The minister did not attend the meeting in Rome."),
        ("لم يحضر الوزير الاجتماع.", "لم يحضر الوزير الاجتماع في روما."),
        ("لا يزال التهديد قائما.", "التهديد ما زال قائما."),
        ("The minister did not attend the meeting in Rome.", "لم يحضر الوزير الاجتماع في روما."),
    ],
)
def test_a_denial_stands_in_a_denial(claim: str, sentence: str, embedder: Embedder) -> None:
    assert status_of(claim, sentence, embedder) in {"supported", "weak"}


def test_a_claim_that_names_the_wrong_passage_gets_the_right_one(embedder: Embedder) -> None:
    hits = [hit_of("wrong", JOINED, PLEDGE), hit_of("right", CHAIRED, AID)]
    checked = check(AID, *hits, embedder=embedder, sources=(1,))
    assert checked.status == "supported"
    assert [(evidence.passage.source, evidence.sentence.text) for evidence in checked.evidence] == [
        ("right", AID)
    ]


def test_a_claim_without_a_marker_gets_the_best_source_or_none(embedder: Embedder) -> None:
    hits = [hit_of("a", JOINED, PLEDGE), hit_of("b", CHAIRED, AID)]
    found = check(
        "Blinken announced 436 million dollars in additional humanitarian aid for Syria.",
        *hits,
        embedder=embedder,
    )
    assert [(evidence.passage.source, evidence.sentence.text) for evidence in found.evidence] == [("b", AID)]
    nothing = check("The World Cup was won by Argentina.", *hits, embedder=embedder)
    assert (nothing.status, nothing.evidence) == ("unsupported", ())


def test_of_several_named_sources_those_that_carry_the_claim_stay(embedder: Embedder) -> None:
    hits = [hit_of("a", JOINED, AID), hit_of("b", PLEDGE), hit_of("c", AID)]
    checked = check(AID, *hits, embedder=embedder, sources=(1, 2, 3))
    assert [evidence.passage.source for evidence in checked.evidence] == ["a", "c"]


def test_a_sentence_shared_by_overlapping_passages_is_one_evidence(embedder: Embedder) -> None:
    first = hit_of("a", JOINED, AID)
    second = hit_of("a", AID, PLEDGE, start=len(JOINED) + 1)
    checked = check(AID, first, second, embedder=embedder, sources=(1, 2))
    assert len(checked.evidence) == 1


def test_nothing_shown_and_nothing_said(embedder: Embedder) -> None:
    assert check_answer([], [hit_of("a", AID)], embedder=embedder) == []
    checked = check(AID, embedder=embedder, sources=(1,))
    assert (checked.status, checked.evidence) == ("unsupported", ())


@pytest.mark.parametrize(
    ("claim", "arabic"), [("فازت الأرجنتين بكأس العالم.", True), ("Argentina won the World Cup.", False)]
)
def test_the_reason_is_in_the_language_of_the_claim(claim: str, arabic: bool, embedder: Embedder) -> None:
    reason = check(claim, hit_of("a", BREAD), embedder=embedder).reason
    assert any("\u0600" <= character <= "\u06ff" for character in reason) is arabic


TERSE = [
    ("أين عقد الاجتماع؟", "Rome", "عقد الاجتماع الوزاري في العاصمة الإيطالية روما.", True),
    ("Where was the meeting held?", "Rome", "The meeting was held in the Italian capital Rome.", True),
    ("Where was the meeting held?", "Paris", "The meeting was held in the Italian capital Rome.", False),
    ("كم دولة شاركت في الاجتماع؟", "81 دولة", "حضر الاجتماع في روما ممثلون عن 81 دولة.", True),
    ("كم دولة شاركت في الاجتماع؟", "٨١ دولة", "حضر الاجتماع في روما ممثلون عن 81 دولة.", True),
    ("كم دولة شاركت في الاجتماع؟", "83 دولة", "حضر الاجتماع في روما ممثلون عن 81 دولة.", False),
    (
        "How many countries took part?",
        "81",
        "Representatives of 81 countries took part in the meeting.",
        True,
    ),
    (
        "How many countries took part?",
        "83",
        "Representatives of 81 countries took part in the meeting.",
        False,
    ),
    ("Who chaired the meeting?", "Blinken", CHAIRED, True),
    ("Who chaired the meeting?", "Lavrov", CHAIRED, False),
    ("من ترأس الاجتماع؟", "بلينكن", "The meeting was chaired by Antony Blinken.", True),
    ("من ترأس الاجتماع؟", "لافروف", "The meeting was chaired by Antony Blinken.", False),
]


@pytest.mark.parametrize(("question", "answer", "sentence", "stands"), TERSE)
def test_a_terse_answer_is_judged_with_its_question(
    question: str, answer: str, sentence: str, stands: bool, embedder: Embedder
) -> None:
    marked = [MarkedSentence(answer, (1,), 0, "")]
    (checked,) = check_answer(marked, [hit_of("a", sentence)], embedder=embedder, question=question)
    assert checked.text == answer
    assert (checked.status != "unsupported") is stands


NOT_THE_SAME = [
    ("81 members took part in the meeting.", "81 countries took part in the meeting."),
    ("شارك في الاجتماع 81 عضوا.", "شاركت في الاجتماع 81 دولة."),
    ("81 members took part in the meeting.", "شاركت في الاجتماع 81 دولة."),
    ("One country took part in the meeting.", "81 countries took part in the meeting."),
    ("شاركت في الاجتماع دولة واحدة.", "شاركت في الاجتماع 81 دولة."),
    ("Half of the members took part in the meeting.", "A third of the members took part in the meeting."),
    ("نصف الأعضاء شاركوا في الاجتماع.", "ثلثا الأعضاء شاركوا في الاجتماع."),
    ("التقى الوزراء قبل عامين في روما.", "التقى الوزراء قبل ثلاثة أعوام في روما."),
    ("The ministers intend to hold the next meeting by July 2022.", NEXT),
    (NEXT.replace("يونيو/حزيران", "تموز"), NEXT),
    ("The meeting took place on Tuesday in Rome.", "The meeting took place on Monday in Rome."),
    ("He finished in third place.", "He finished in fourth place."),
    ("حل الفريق في المركز الثالث.", "حل الفريق في المركز الرابع."),
    ("The meeting in Rome was chaired by Lavrov.", "The meeting in Rome was chaired by Blinken."),
    ("وترأس اجتماع وزراء خارجية التحالف وزير الخارجية الأميركية جون كيري.", CHAIRED),
    ("The meeting of the coalition took place in Paris.", "عقد اجتماع التحالف في العاصمة الإيطالية روما."),
    ("عقد اجتماع التحالف في باريس.", "The meeting of the coalition took place in Rome."),
]


@pytest.mark.parametrize(("claim", "sentence"), NOT_THE_SAME)
def test_another_unit_date_or_name_is_not_supported(claim: str, sentence: str, embedder: Embedder) -> None:
    assert status_of(claim, sentence, embedder) != "supported"


QUOTING = [
    (
        "Ministers called the situation “very worrying for all of us”.",
        "Ministers called the situation worrying.",
        False,
    ),
    (
        'Ministers called it "very worrying for all".',
        'Ministers called it "very worrying for all" of them.',
        True,
    ),
    ("وصف الوزراء الوضع بأنه «مقلق جدا للجميع هناك».", "وصف الوزراء الوضع بأنه مقلق.", False),
    ("وصف الوزراء الوضع بأنه «مقلق جدا للجميع».", "وصف الوزراء الوضع بأنه مقلق جدا للجميع.", True),
    (
        'Ministers stressed that the situation of ISIS detainees is "the most serious threat to the country".',
        DETAINED,
        False,
    ),
]


@pytest.mark.parametrize(("claim", "sentence", "carried"), QUOTING)
def test_a_quotation_must_stand_so(claim: str, sentence: str, carried: bool, embedder: Embedder) -> None:
    assert (status_of(claim, sentence, embedder) == "supported") is carried


MERGED = [
    (
        "Blinken chaired the meeting in Rome and announced 436 million dollars of aid for Syria.",
        "Antony Blinken chaired the meeting in Rome.",
        "He also announced 436 million dollars of aid for Syria.",
    ),
    (
        "ترأس بلينكن الاجتماع في روما، وأعلن تقديم 436 مليون دولار مساعدات لسوريا.",
        "ترأس أنتوني بلينكن الاجتماع في روما.",
        "كما أعلن تقديم 436 مليون دولار مساعدات إنسانية لسوريا.",
    ),
]


@pytest.mark.parametrize(("claim", "first", "second"), MERGED)
def test_a_claim_that_tells_two_sentences_cites_both(
    claim: str, first: str, second: str, embedder: Embedder
) -> None:
    checked = check(claim, hit_of("a", PLEDGE, first, second, JOINED), embedder=embedder)
    assert checked.status == "supported"
    assert [evidence.sentence.text for evidence in checked.evidence] == [first, second]


@pytest.mark.parametrize(("claim", "first"), [(claim, first) for claim, first, _ in MERGED])
def test_half_of_a_claim_does_not_carry_it(claim: str, first: str, embedder: Embedder) -> None:
    plain = claim.replace("436 million dollars of ", "").replace("436 مليون دولار ", "")
    assert status_of(plain, first, embedder) != "supported"


@pytest.mark.parametrize(
    ("claim", "first", "second"),
    [
        ("83 countries met in Rome.", "81 countries met in Rome.", "83 ministers spoke there."),
        ("اجتمعت 83 دولة في روما.", "اجتمعت 81 دولة في روما.", "وتحدث هناك 83 وزيرا."),
    ],
)
def test_a_number_is_not_borrowed_from_the_next_sentence(
    claim: str, first: str, second: str, embedder: Embedder
) -> None:
    assert check(claim, hit_of("a", first, second), embedder=embedder).status != "supported"


_ONES = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_ARABIC_ONES = "اثنتان ثلاث أربع خمس ست سبع ثمان تسع عشر"
_ARABIC_TENS = "عشرون ثلاثون أربعون خمسون ستون سبعون ثمانون تسعون"


def in_english(number: int) -> str:
    """Two to 99 in words."""
    if number < 20:
        return _ONES.split()[number - 2]
    tens, ones = divmod(number, 10)
    name = _TENS.split()[tens - 2]
    return name if not ones else f"{name}-{'one' if ones == 1 else _ONES.split()[ones - 2]}"


def in_arabic(number: int) -> str:
    """Three to 10, and 20 to 99, in words."""
    if number <= 10:
        return _ARABIC_ONES.split()[number - 2]
    tens, ones = divmod(number, 10)
    name = _ARABIC_TENS.split()[tens - 2]
    return name if not ones else f"{'إحدى' if ones == 1 else _ARABIC_ONES.split()[ones - 2]} و{name}"


_DIGITS = st.sampled_from(
    [str, lambda number: str(number).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))]
)
_SAID = {
    "en": ("{} countries took part in the ministerial meeting in Rome.", in_english),
    "ar": ("شاركت {} دولة في الاجتماع الوزاري في روما.", in_arabic),
}
_NUMBERS = st.integers(3, 10) | st.integers(20, 99)


@given(
    told=_NUMBERS,
    changed=_NUMBERS,
    spoken=st.sampled_from(["en", "ar"]),
    printed=st.sampled_from(["en", "ar"]),
    data=st.data(),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_claim_with_another_number_is_never_supported(
    told: int, changed: int, spoken: str, printed: str, data: st.DataObject, embedder: Embedder
) -> None:
    def say(language: str, number: int) -> str:
        frame, in_words = _SAID[language]
        return frame.format(data.draw(st.sampled_from([in_words]) | _DIGITS)(number))

    claim, sentence = say(spoken, changed), say(printed, told)
    if told != changed:
        assert status_of(claim, sentence, embedder) != "supported"
    else:
        assert status_of(claim, sentence, embedder) != "unsupported"


def test_support_is_a_score_that_knows_right_from_wrong_passages(embedder: Embedder) -> None:
    claims = [
        MarkedSentence(AID, (1,), 0, ""),
        MarkedSentence("The World Cup was won by Argentina.", (1,), 0, ""),
    ]
    told, invented = check_answer(
        claims, [hit_of("a", CHAIRED, AID)], embedder=embedder, question="كم دولارا أعلن بلينكن؟"
    )
    assert 0 < told.support < 1
    assert invented.support == 0.0


@pytest.mark.parametrize(
    ("question", "claim", "sentence", "echo"),
    [
        (
            "Who chaired the meeting in Rome?",
            "The meeting in Rome was chaired.",
            "Blinken chaired the meeting in Rome.",
            True,
        ),
        ("من ترأس الاجتماع في روما؟", "ترأس الاجتماع في روما.", "ترأس بلينكن الاجتماع في روما.", True),
        ("Who chaired it?", "Who chaired the meeting in Rome?", "Blinken chaired the meeting in Rome.", True),
        (
            "Did Blinken chair the meeting?",
            "Blinken did chair the meeting.",
            "Blinken chaired the meeting in Rome.",
            False,
        ),
        ("هل ترأس بلينكن الاجتماع؟", "ترأس بلينكن الاجتماع.", "ترأس بلينكن الاجتماع في روما.", False),
        (
            "Who chaired the meeting in Rome?",
            "Blinken chaired the meeting in Rome.",
            "Blinken chaired the meeting in Rome.",
            False,
        ),
    ],
)
def test_a_question_said_back_is_no_answer(
    question: str, claim: str, sentence: str, echo: bool, embedder: Embedder
) -> None:
    marked = [MarkedSentence(claim, (1,), 0, "")]
    (checked,) = check_answer(marked, [hit_of("a", sentence)], embedder=embedder, question=question)
    assert (checked.status == "supported") is not echo
