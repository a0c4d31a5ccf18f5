"""Question → Hits: two searches, fused, re-scored by best sentence, duplicates folded.

search.py          the story: candidates of both searches → scores → hits
choosing.py        among chosen sources
centring.py        takes out of similarities what a language puts into them
ranking.py         scores of sentences and passages
interaction.py     the first hits of the other language, read token by token
folding.py         one hit for one statement, however often it is printed
answerability.py   do these hits hold an answer at all?
"""

from rag.retrieve.answerability import ANSWERABLE, RELATED
from rag.retrieve.centring import Centres, load_centres
from rag.retrieve.ranking import DEFAULT_WEIGHTS, Weights
from rag.retrieve.search import PassageIndex, Reranker, retrieve

__all__ = [
    "ANSWERABLE",
    "DEFAULT_WEIGHTS",
    "RELATED",
    "Centres",
    "PassageIndex",
    "Reranker",
    "Weights",
    "load_centres",
    "retrieve",
]
