"""From an answer's text to claims that were checked and citations that hold.

markers.py    [1] in all its forms, tied to the sentence it follows
check.py      every claim against everything that was shown
comparing.py  how near claims and sentences are
judge.py      does this claim stand in that sentence? (reading.py: what each says; facts.py: where they differ)
across.py     what can be seen of a claim in a source of the other language
support.py    how likely an expert would call a source its support
conflict.py   sources that give different values for what was asked
number.py     evidence → numbered citations
"""

from rag.cite.across import says_no_more, shows_a_fact
from rag.cite.check import check_answer
from rag.cite.conflict import find_conflicts
from rag.cite.judge import lowered
from rag.cite.markers import MarkedSentence, split_marked
from rag.cite.number import NumberedClaims, number_claims

__all__ = [
    "MarkedSentence",
    "NumberedClaims",
    "check_answer",
    "find_conflicts",
    "lowered",
    "number_claims",
    "says_no_more",
    "shows_a_fact",
    "split_marked",
]
