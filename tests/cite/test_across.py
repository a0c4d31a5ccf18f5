"""What of a claim can be seen in a source of the other language."""

from __future__ import annotations

import pytest

from rag.cite import says_no_more, shows_a_fact
from rag.schema import DraftClaim
from rag.statement import evidence_at
from tests.hits import hit_of

GUARDED = "وأوضح بلينكن أن 10 آلاف من مقاتلي داعش محتجزون في معسكرات تديرها قوات سوريا الديمقراطية (قسد)."
TALKS = "كما أجرى الوزير الكندي محادثات مع نظيره العراقي فؤاد حسين."
OPENED = "The harbour bridge in Oslo was opened by Minister Hansen on 18 March 1932."

FACTS = [
    # A number, a place, a name: each of the source, and not in the question.
    ("10,000 fighters are held.", GUARDED, "How many are held?", True),
    ("They are held in Syria.", GUARDED, "Where are they held?", True),
    ("He met Fuad Hussein.", TALKS, "Whom did the Canadian minister meet?", True),
    ("افتُتح الجسر سنة 1932.", OPENED, "متى افتُتح الجسر؟", True),
    ("افتُتح الجسر في مارس.", OPENED, "متى افتُتح الجسر؟", True),
    ("افتتح هانسن الجسر.", OPENED, "من افتتح الجسر؟", True),
    # The question's own, another one, or none.
    ("The 10,000 fighters are guarded.", GUARDED, "Who guards the 10,000 fighters?", False),
    ("They are held in Egypt.", GUARDED, "Where are they held?", False),
    ("He met the Iraqi minister of foreign affairs.", TALKS, "Which Iraqi minister did he meet?", False),
    ("افتتح الوزير الجسر.", OPENED, "من افتتح الجسر؟", False),
]


@pytest.mark.parametrize(("claim", "source", "question", "shows"), FACTS)
def test_facts_that_both_languages_show(claim: str, source: str, question: str, shows: bool) -> None:
    told = DraftClaim(claim, (evidence_at(hit_of("a.txt", source), 0),), "supported")
    assert shows_a_fact(told, question) is shows
    assert not shows_a_fact(DraftClaim(claim, (), "unsupported"), question)


@pytest.mark.parametrize(
    ("claim", "question", "nothing"),
    [
        ("The ministers were in Rome.", "Why were the ministers in Rome?", True),
        ("اجتمع الوزراء في روما.", "لماذا اجتمع الوزراء في روما؟", True),
        ("The ministers met in March.", "When did the ministers meet?", False),
    ],
)
def test_a_question_said_again(claim: str, question: str, nothing: bool) -> None:
    assert says_no_more(DraftClaim(claim, (), "weak"), question) is nothing
