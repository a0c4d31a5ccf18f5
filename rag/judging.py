"""A second judge of claims: an NLI cross-encoder or a chat model that says whether a source carries a claim.

Off by default. It can only lower a verdict, by one step: what numbers, names and negation decided stands, whatever a
model thinks of it. A judge that cannot be asked, or whose reply cannot be read, lowers nothing, and the reader is told.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from rag import text
from rag.cite import lowered
from rag.errors import EmbeddingModelError, ModelError
from rag.generate import ChatEngine, complete
from rag.prompt import fence, load_prompt
from rag.schema import QUOTED, DraftClaim, Language

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

logger = logging.getLogger(__name__)

NLI = "nli:"

# A model that does not begin with the word says it soon ("Answer: yes."), or not at all.
_WORDS_READ = 6
_VERDICTS = {"yes": True, "نعم": True, "no": False, "لا": False}


@dataclass(frozen=True, slots=True)
class Source:
    """What a claim is said to stand on: the title of a document and some of its text."""

    title: str
    text: str


class SecondJudge(Protocol):
    """Says whether sources carry a claim."""

    @property
    def name(self) -> str:
        """The model."""

    def supports(
        self, claim: str, sources: Sequence[Source], *, question: str, language: Language
    ) -> bool | None:
        """Whether the sources together say it; None where that cannot be told. `language` is the question's. Raises
        ModelError where a chat model fails, EmbeddingModelError where an NLI model cannot be loaded."""


@dataclass(frozen=True, slots=True)
class ChatJudge:
    """A chat model that is asked in the question's language, with prompts/judge_claim. Safe between threads, as its
    engine is."""

    engine: ChatEngine

    @property
    def name(self) -> str:
        """The engine's."""
        return self.engine.name

    def supports(
        self, claim: str, sources: Sequence[Source], *, question: str, language: Language
    ) -> bool | None:
        """See SecondJudge."""
        shown = "\n".join(
            f"<source>\n{fence(source.title)}\n{fence(source.text)}\n</source>" for source in sources
        )
        return ask_verdict(
            self.engine, "judge_claim", language, question=question, sources=shown, claim=fence(claim)
        )


class NliJudge:
    """A sentence-transformers CrossEncoder trained on natural language inference, loaded at the first claim: the
    sources are its premise and the claim its hypothesis. Safe between threads."""

    def __init__(self, model_name: str) -> None:
        self.name = f"{NLI}{model_name}"
        self._model_name = model_name
        self._model: CrossEncoder | None = None
        self._entailment = 0
        self._lock = threading.Lock()

    def supports(
        self, claim: str, sources: Sequence[Source], *, question: str, language: Language
    ) -> bool | None:
        """See SecondJudge. Entailment must be the likeliest label; the question is no part of the pair."""
        del question, language
        with self._lock:
            if self._model is None:
                self._model, self._entailment = _load(self._model_name)
            # The longest text that carries it decides: a model of this kind cuts what is too long at its end.
            pairs = [(f"{source.title}\n{source.text}", claim) for source in sources]
            scores = self._model.predict(pairs, show_progress_bar=False)
        return any(int(row.argmax()) == self._entailment for row in scores)


def ask_verdict(engine: ChatEngine, task: str, language: Language, **values: str) -> bool | None:
    """What a chat model says to the prompt of `task`, filled with `values`. Raises ModelError."""
    filled = load_prompt(task, language).fill(**values)
    reply = complete(
        engine, filled.system, filled.user, enough=lambda reply: len(text.words(reply)) > _WORDS_READ
    )
    return read_verdict(reply)


def read_verdict(reply: str) -> bool | None:
    """Yes or no, in either language, as the first of them among the first words; None where neither is."""
    return next((_VERDICTS[word] for word in text.words(reply)[:_WORDS_READ] if word in _VERDICTS), None)


def judge_again(
    claims: Sequence[DraftClaim], judge: SecondJudge, *, question: str, language: Language
) -> tuple[list[DraftClaim], int]:
    """The claims, those lowered by a step whose sources the judge finds not to carry them; and how many it could not
    be asked about."""
    told: list[DraftClaim] = []
    unjudged = 0
    for claim in claims:
        if claim.evidence and claim.reason != QUOTED:
            carries = _ask(judge, claim, question, language)
            unjudged += carries is None
            claim = lowered(claim, judge.name, language) if carries is False else claim
        told.append(claim)
    return told, unjudged


def _ask(judge: SecondJudge, claim: DraftClaim, question: str, language: Language) -> bool | None:
    passages = {item.passage.id: item.passage for item in claim.evidence}
    sources = [Source(passage.title, passage.text) for passage in passages.values()]
    try:
        return judge.supports(claim.text, sources, question=question, language=language)
    except (ModelError, EmbeddingModelError) as error:
        logger.warning("%s", error.en)
        return None


def _load(model_name: str) -> tuple[CrossEncoder, int]:
    """The model, and which of its labels is entailment."""
    from sentence_transformers import CrossEncoder

    try:
        model: CrossEncoder = CrossEncoder(model_name)
        labels = (model.config and model.config.id2label) or {}
        return model, next(int(n) for n, label in labels.items() if str(label).lower() == "entailment")
    except (OSError, ValueError, RuntimeError, StopIteration) as error:
        reason = (str(error).strip().splitlines() or ["none of its labels is `entailment`"])[0]
        raise EmbeddingModelError(
            en=f"The judge {model_name!r} cannot be used ({reason}). Check RAG_JUDGE: nli: and a sentence-transformers "
            "CrossEncoder for natural language inference, by hub name or folder, or empty for none.",
            ar=f"تعذّر استعمال نموذج التدقيق {model_name!r}. تحقّق من RAG_JUDGE: اكتب nli: ثم اسم نموذج CrossEncoder "
            "للاستدلال النصي أو مجلده، أو اتركه فارغًا.",
        ) from error
