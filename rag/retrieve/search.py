"""The story of retrieval: candidates of both searches → scores → hits."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Protocol

import numpy as np

from rag import text
from rag.errors import QuestionError
from rag.retrieve.answerability import LOOKED_AT, answerability
from rag.retrieve.centring import Centres
from rag.retrieve.choosing import Chosen
from rag.retrieve.folding import fold_duplicates
from rag.retrieve.interaction import read_across
from rag.retrieve.ranking import (
    DEFAULT_WEIGHTS,
    AskedWords,
    Candidate,
    Scores,
    SentenceScores,
    Weights,
    score_passages,
    score_sentences,
    unworded,
)
from rag.schema import Embedder, Hit, Language, Passage, Retrieval, ScoredSentence, Vectors

# Candidates whose sentences are compared with the question word by word, which takes a fifth of a millisecond each:
# the best before that. With 20 or 80 XQuAD and ARCD are the same to .0001; near copies of one statement need room.
SHORTLIST = 30


class PassageIndex(Protocol):
    """What retrieval needs to know of the index."""

    def nearest(self, vector: Vectors, k: int, language: Language | None = None) -> list[tuple[str, float]]:
        """Passage ids with their cosine similarity, best first; of one language where one is named."""

    def keyword_search(
        self, field: str, tokens: Sequence[str], k: int, within: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        """Passage ids with their BM25 score over the field "stems", "roots" or "skeletons"."""

    def passage_ids(self, sources: Collection[str], language: Language | None = None) -> list[str]:
        """The ids of all passages of some sources; of one language where one is named."""

    def document_frequency(self, field: str, token: str) -> int:
        """Passages whose field holds the token."""

    def count(self) -> int:
        """Passages in the index."""

    def language_means(self) -> Mapping[Language, tuple[Vectors, int]]:
        """For each language of the index: the mean of a sample of its passages, and how many were sampled."""

    def passages(self, ids: Sequence[str]) -> list[Passage]:
        """The passages, in the order of their ids."""

    def passage_vectors(self, ids: Sequence[str]) -> Mapping[str, Vectors]:
        """Float32 (dimension,) per id."""

    def sentence_vectors(self, ids: Sequence[str]) -> Mapping[str, Vectors]:
        """Float32 (n_sentences, dimension) per passage id."""


class Reranker(Protocol):
    """A model that reads question and passage together."""

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        """One relevance in [0, 1] per text."""


# Hits that a reranker reads: enough to bring up what the first order buried, few enough for two cores.
RERANKED = 20


def retrieve(
    question: str,
    *,
    index: PassageIndex,
    embedder: Embedder,
    centres: Centres,
    top_k: int,
    candidate_count: int = 50,
    within: Collection[str] | None = None,
    as_library: bool = False,
    translation: str = "",
    reranker: Reranker | None = None,
    weights: Weights = DEFAULT_WEIGHTS,
) -> Retrieval:
    """The `top_k` best passages for a question in either language, best first, each with its scored sentences.

    `within` limits the search to some sources, and `as_library` has the hits judged as if there were no others: among
    a few passages the best stands out less than among thousands (asked of the article that answers alone, 43 of the 44
    seed questions with an answer pass so, and 36 otherwise). `translation` is the question in the other language,
    where a model has translated it: passages of that language are then found by it too. With a `reranker` the first of
    them are put into its order, and its relevance becomes their score. Raises QuestionError where the question has no
    letter or digit.
    """
    if not any(character.isalnum() for character in question):
        raise QuestionError(
            en="The question is empty. Write what you want to know.",
            ar="السؤال فارغ. اكتب ما تريد معرفته.",
        )
    among = None if within is None else Chosen.of(index, within, index.language_means().keys())
    passage_count = len(among) if as_library and among is not None else index.count()
    search = partial(
        _ranked_hits,
        index=index,
        embedder=embedder,
        centres=centres,
        count=candidate_count,
        shortlist=max(SHORTLIST, 2 * top_k),
        weights=weights,
    )
    asked, ranked = search(question, among=among)
    if not ranked:
        return Retrieval(question=question, language=asked.language, hits=(), answerability=0.0)
    limit = max(top_k, LOOKED_AT, RERANKED if reranker else 0)
    read = partial(read_across, share=weights.interaction, embedder=embedder)
    hits = fold_duplicates(ranked, limit=limit)
    ranked, closeness = read(question, asked.language, ranked)
    score = answerability(question, asked, hits, passage_count=passage_count, closeness=closeness)
    if closeness:
        hits = fold_duplicates(ranked, limit=limit)
    if as_library and within is not None and len(hits) < LOOKED_AT:
        # Too few to stand out among: in a document of one passage nothing does. The others tell how far it does.
        others = search(question, among=None)[1]
        everywhere = fold_duplicates(others, limit=LOOKED_AT)
        if everywhere and _sources(everywhere[0]) & set(within):
            _, closeness = read(question, asked.language, others)
            elsewhere = answerability(
                question, asked, everywhere, passage_count=index.count(), closeness=closeness
            )
            score = max(score, elsewhere)
    if translation and text.language(translation) != asked.language:
        also_asked, found = search(translation, among=among)
        hits = fold_duplicates(_joined(ranked, found, also_asked.language), limit=limit)
        # Within a language it is easier to see that passages answer than across.
        translated = fold_duplicates(found, limit=LOOKED_AT)
        score = max(score, answerability(translation, also_asked, translated, passage_count=passage_count))
    if reranker is not None:
        hits = _reranked(question, hits, reranker)
    return Retrieval(
        question=question,
        language=asked.language,
        hits=tuple(hits[:top_k]),
        answerability=score,
    )


def _ranked_hits(
    question: str,
    *,
    index: PassageIndex,
    embedder: Embedder,
    centres: Centres,
    count: int,
    shortlist: int,
    among: Chosen | None,
    weights: Weights,
) -> tuple[AskedWords, list[Hit]]:
    """The question's words, and the `shortlist` best hits, best first, twins not yet folded."""
    language = text.language(question)
    asked = AskedWords.of(
        question, language, document_frequency=index.document_frequency, passage_count=index.count()
    )
    candidates = find_candidates(
        question, language, index=index, embedder=embedder, centres=centres, count=count, among=among
    )
    if not candidates:
        return asked, []
    sentences = [unworded(candidate) for candidate in candidates]
    best = _best_first(candidates, score_passages(candidates, sentences, asked, weights))[:shortlist]
    worded = frozenset(best)
    for i in worded:
        sentences[i] = score_sentences(candidates[i], asked, weights)
    scores = score_passages(candidates, sentences, asked, weights)
    best_keyword = max(candidate.keyword for candidate in candidates)
    return asked, [
        _hit(candidates[i], sentences[i], float(scores[i]), best_keyword)
        for i in _best_first(candidates, scores)
        if i in worded
    ]


def _sources(hit: Hit) -> set[str]:
    """The sources that a hit stands in."""
    return {hit.passage.source, *(place.source for place in hit.also_in)}


def _joined(own: Sequence[Hit], translated: Sequence[Hit], language: Language) -> list[Hit]:
    """Hits for the question and for its translation into `language`, best first.

    A passage in that language has the mean of its two scores, and the sentences as the translation ranks them: it
    shares its words. One that only one of the two found is taken to have 0 in the other.
    """
    by_translation = {hit.passage.id: hit for hit in translated if hit.passage.language == language}
    joined = []
    for hit in own:
        other = by_translation.pop(hit.passage.id, None)
        if other is not None:
            joined.append(replace(other, score=(hit.score + other.score) / 2, similarity=hit.similarity))
        elif hit.passage.language == language:
            joined.append(replace(hit, score=hit.score / 2))
        else:
            joined.append(hit)
    joined.extend(replace(hit, score=hit.score / 2) for hit in by_translation.values())
    return sorted(joined, key=lambda hit: (-hit.score, hit.passage.id))


def find_candidates(
    question: str,
    language: Language,
    *,
    index: PassageIndex,
    embedder: Embedder,
    centres: Centres,
    count: int,
    among: Chosen | None = None,
) -> list[Candidate]:
    """What the searches propose, at most `count` each, with all of its raw scores; of the passages `among`, if given.

    The dense search runs once per language of the index, so that passages in the question's own language do not
    crowd out those that answer it in the other.
    """
    plain = embedder.embed_queries([question])[0]
    vector = centres.centred_question(plain, language)
    means = index.language_means()
    if among is None:
        ids = [passage_id for spoken in means for passage_id, _ in index.nearest(vector, count, spoken)]
    else:
        ids = [
            passage_id for spoken in among.ids for passage_id in among.nearest(index, vector, count, spoken)
        ]
    search = index.keyword_search if among is None else partial(among.keyword_search, index)
    keyword, root, skeleton = (
        dict(search(field, tokens, count))
        for field, tokens in (
            ("stems", text.stems(question, drop_stop_words=False)),
            ("roots", text.roots(question)),
            ("skeletons", text.skeletons(question)),
        )
    )
    passages = index.passages(list(dict.fromkeys([*ids, *keyword, *root, *skeleton])))
    found = [passage.id for passage in passages]
    passage_vectors, sentence_vectors = index.passage_vectors(found), index.sentence_vectors(found)
    offsets = {spoken: float(vector @ centres.passage_centre(spoken, *means[spoken])) for spoken in means}
    return [
        Candidate(
            passage=passage,
            cosine=float(passage_vectors[passage.id] @ plain),
            similarity=float(passage_vectors[passage.id] @ vector) - offsets[passage.language],
            sentence_similarities=np.asarray(sentence_vectors[passage.id] @ vector, dtype=np.float64)
            - offsets[passage.language],
            keyword=keyword.get(passage.id, 0.0),
            root=root.get(passage.id, 0.0),
            skeleton=skeleton.get(passage.id, 0.0),
        )
        for passage in passages
    ]


def _best_first(candidates: Sequence[Candidate], scores: Scores) -> list[int]:
    """Positions of the candidates in the order of their scores; by id where those are equal."""
    return sorted(range(len(candidates)), key=lambda i: (-scores[i], candidates[i].passage.id))


def _reranked(question: str, hits: Sequence[Hit], reranker: Reranker) -> list[Hit]:
    """The first RERANKED hits in the reranker's order. Those behind them were not read and are left out."""
    read = hits[:RERANKED]
    relevance = reranker.score(
        question, [f"{hit.passage.headline}\n{hit.passage.text}".strip() for hit in read]
    )
    scored = [replace(hit, score=value) for hit, value in zip(read, relevance, strict=True)]
    return sorted(scored, key=lambda hit: -hit.score)


def _hit(candidate: Candidate, sentences: SentenceScores, score: float, best_keyword: float) -> Hit:
    return Hit(
        passage=candidate.passage,
        score=score,
        similarity=candidate.cosine,
        keyword=candidate.keyword / best_keyword if best_keyword else 0.0,
        sentences=tuple(
            ScoredSentence(sentence, float(value))
            for sentence, value in zip(candidate.passage.sentences, sentences.evidence, strict=True)
        ),
        best=int(np.argmax(sentences.evidence)),
    )
