"""The pipeline with parts of it switched off, through its own weights, so that a table shows what each is worth."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from rag.retrieve import DEFAULT_WEIGHTS, Centres, Weights
from rag.schema import Language, Vectors

DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Variant:
    """A way to run the pipeline."""

    name: str
    weights: Weights
    centred: bool


@dataclass(frozen=True, slots=True)
class Uncentred(Centres):
    """Centres that take nothing out: similarities as the model gives them."""

    def centred_question(self, question: Vectors, language: Language) -> Vectors:
        """The question itself."""
        del language
        return question

    def passage_centre(self, language: Language, mean: Vectors | None, count: int) -> Vectors:
        """Zero."""
        del mean, count
        return np.zeros_like(self.statements[language])


def variants() -> list[Variant]:
    """From one search alone to the product's default, each row with one part more than the one before."""
    full = DEFAULT_WEIGHTS
    bare = Weights(
        **dict.fromkeys(("sentence", "keyword", "root", "skeleton", "skeleton_across"), 0.0),
        **dict.fromkeys(("cover", "cover_across", "evidence_cover", "interaction"), 0.0),
    )
    hybrid = replace(bare, keyword=full.keyword + full.root)
    sentence = replace(hybrid, sentence=full.sentence)
    cover = replace(
        sentence, cover=full.cover, cover_across=full.cover_across, evidence_cover=full.evidence_cover
    )
    rooted = replace(cover, keyword=full.keyword, root=full.root)
    return [
        Variant("dense", bare, centred=False),
        Variant("keyword", replace(bare, keyword=1.0, skeleton_across=1.0), centred=False),
        Variant("hybrid", hybrid, centred=False),
        Variant("+ sentence", sentence, centred=False),
        Variant("+ centring", sentence, centred=True),
        Variant("+ cover", cover, centred=True),
        Variant("+ roots", rooted, centred=True),
        Variant("+ skeletons", replace(full, interaction=0.0), centred=True),
        Variant(DEFAULT, full, centred=True),
    ]
