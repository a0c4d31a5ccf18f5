"""The things that flow through the product, all frozen, and the Protocols its backends satisfy.

Offsets (`start`, `end`) are always character offsets into `Page.text`, the original text as it was decoded from
the source; `page.text[start:end]` is exactly the text they name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol

import numpy as np
import numpy.typing as npt

Language = Literal["ar", "en"]
ClaimStatus = Literal["supported", "weak", "unsupported"]
RefusalReason = Literal["nothing_relevant", "not_answered", "model_refused"]
Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of characters of one page."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Page:
    """The original text of a source, or of one page of it.

    `number` counts from 1 in paginated formats and is None elsewhere. `furniture` are the ranges that are not
    prose of the document (share buttons, related links, repeated headlines): never part of a passage's sentences.
    `ocr` says that the text was recognised in a picture, and may differ from what is printed there.
    """

    text: str
    number: int | None = None
    furniture: tuple[Span, ...] = ()
    ocr: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A source, read. `title` is what people see; `headline` is the title that the document itself states, and
    empty where it states none: only a headline is carried into search."""

    source: str
    title: str
    headline: str
    pages: tuple[Page, ...]
    language: Language
    media_type: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a page, without the white space around it."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """Whole sentences of one page, as they are searched and shown. `text` is `page.text[start:end]`.

    `id` is a digest of source, page, offsets and text: the same passage has the same id in every store.
    `headline` is carried along for search and never counted in offsets. `ocr` is that of the page.
    """

    id: str
    source: str
    title: str
    headline: str
    page: int | None
    start: int
    end: int
    text: str
    language: Language
    sentences: tuple[Sentence, ...]
    ocr: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where else the same words stand."""

    source: str
    title: str
    page: int | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ScoredSentence:
    """A sentence of a hit. `score` says how well it answers: comparable between the hits of one question only."""

    sentence: Sentence
    score: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a question. `score` in [0, 1] orders the hits of one question; `similarity` is the plain
    cosine and `keyword` the BM25 score divided by the best candidate's. `sentences` follow the passage's order, and
    `best` is the position of the one that answers best."""

    passage: Passage
    score: float
    similarity: float
    keyword: float
    sentences: tuple[ScoredSentence, ...]
    best: int
    also_in: tuple[Place, ...] = ()

    @property
    def best_sentence(self) -> Sentence:
        """The sentence that is the evidence, as far as retrieval can tell."""
        return self.sentences[self.best].sentence


@dataclass(frozen=True, slots=True)
class Retrieval:
    """What was found for one question. `answerability` in [0, 1] says whether the hits hold an answer at all."""

    question: str
    language: Language
    hits: tuple[Hit, ...]
    answerability: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence of a passage that was shown, as what a claim stands on."""

    passage: Passage
    sentence: Sentence
    also_in: tuple[Place, ...] = ()

    @property
    def key(self) -> tuple[str, int | None, int, int]:
        """Where it stands: two passages that overlap share their common sentence's key."""
        return self.passage.source, self.passage.page, self.sentence.start, self.sentence.end


QUOTED: Final = "quoted"
"""The reason of a claim that is what a source says, letter for letter: there is nothing to check."""


@dataclass(frozen=True, slots=True)
class DraftClaim:
    """A claim before its evidence is numbered. `support` in [0, 1] says how likely the cited passage carries it, by
    a model fitted to experts' verdicts; an order rather than a verdict, which `status` is."""

    text: str
    evidence: tuple[Evidence, ...]
    status: ClaimStatus
    reason: str = ""
    support: float = 0.0


@dataclass(frozen=True, slots=True)
class DraftConflict:
    """Different values for one thing, before their evidence is numbered."""

    about: str
    values: tuple[tuple[str, tuple[Evidence, ...]], ...]


@dataclass(frozen=True, slots=True)
class Citation:
    """A numbered source of an answer. `quote` is exactly the original text from `start` to `end`, which was recognised
    in a picture where `ocr`."""

    n: int
    source: str
    title: str
    page: int | None
    start: int
    end: int
    quote: str
    also_in: tuple[Place, ...] = ()
    ocr: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of an answer, the citations it stands on, and what checking it against them gave. `support` is
    DraftClaim's."""

    text: str
    status: ClaimStatus
    citations: tuple[int, ...]
    reason: str = ""
    support: float = 0.0


@dataclass(frozen=True, slots=True)
class ConflictValue:
    """One of the values that sources give, as printed, with the citations that give it."""

    value: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Sources that give different values for the same thing. `about` names the thing in the sources' words."""

    about: str
    values: tuple[ConflictValue, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, checked. `text` carries markers like [1] that name `citations`. `nearest` are the passages to
    offer when refused. `timings` are seconds by stage. `notice` is a sentence for the reader about how the answer
    came to be (another engine took over, sources were left out), or empty."""

    question: str
    language: Language
    engine: str
    text: str
    refused: bool
    reason: RefusalReason | None
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    conflicts: tuple[Conflict, ...]
    nearest: tuple[Hit, ...]
    answerability: float
    timings: dict[str, float] = field(default_factory=dict)
    notice: str = ""


@dataclass(frozen=True, slots=True)
class SourcesFound:
    """First event of an answer: what will be shown to the engine. `left_out` more sources were found and do not fit
    its context, and of those shown `shortened` lost sentences to it."""

    hits: tuple[Hit, ...]
    engine: str
    left_out: int = 0
    shortened: int = 0


@dataclass(frozen=True, slots=True)
class TextDelta:
    """More text of the answer, as the engine writes it."""

    text: str


@dataclass(frozen=True, slots=True)
class AnswerReady:
    """Last event of an answer."""

    answer: Answer


Event = SourcesFound | TextDelta | AnswerReady


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """A source as the library lists it. `characters` counts the original text. `sha256` is of the bytes of its file,
    or of its own content where the file holds other sources too. `paths` are the file it was read from and, after it,
    those with the same bytes. `ocr_pages` of the pages are pictures whose text was recognised."""

    source: str
    title: str
    language: Language
    media_type: str
    pages: int
    passages: int
    characters: int
    sha256: str
    added_at: str
    paths: tuple[str, ...] = ()
    ocr_pages: int = 0


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that could not be indexed, and why, in both languages."""

    path: str
    en: str
    ar: str


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What one sync did, or would do. Every path given ends in exactly one of the lists.

    `moved` are pairs of a former and a present name: the same bytes were found elsewhere and their old place was
    empty. `duplicates` are pairs of a path and the file whose bytes it repeats, which has their source."""

    added: tuple[str, ...]
    updated: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]
    failed: tuple[Failure, ...]
    passages: int
    seconds: float
    moved: tuple[tuple[str, str], ...] = ()
    duplicates: tuple[tuple[str, str], ...] = ()


class TokenEmbedder(Protocol):
    """Texts to the vectors of their tokens in context, comparable across languages: what a language puts into all of
    its tokens is taken out. Methods return one array a text, float32 (n_tokens, dimension) with unit-norm rows, without
    the model's own prefix and special tokens."""

    def embed_query_tokens(self, texts: Sequence[str]) -> list[Vectors]:
        """Tokens of questions."""

    def embed_passage_tokens(self, texts: Sequence[str]) -> list[Vectors]:
        """Tokens of passages or sentences."""


class Embedder(Protocol):
    """Texts to unit vectors. Queries and passages go through different methods because models such as E5 read
    them differently. Methods return float32 of shape (n_texts, dimension) with unit-norm rows."""

    @property
    def name(self) -> str:
        """The model, for people."""

    @property
    def fingerprint(self) -> str:
        """Changes whenever the vectors would."""

    @property
    def dimension(self) -> int:
        """Length of a vector."""

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions."""

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of passages or sentences."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, without the model's own prefix and special tokens."""

    @property
    def tokens(self) -> TokenEmbedder | None:
        """The same model token by token; None where its tokens are not known to mean much by themselves."""
