"""Unicode and Arabic: everything the other stages ask of a text, grouped by what it is for."""

# Months and week days in either language
from rag.text.calendar import dates

# The search copy, its words and their stems
from rag.text.normalising import normalise, words

# Where things stand in the original: numbers and sentences
from rag.text.quantities import Number, numbers, ordinals
from rag.text.roots import root, roots
from rag.text.script import direction, language, letters

# Names across scripts
from rag.text.skeleton import skeletons
from rag.text.splitting import sentences
from rag.text.stemming import content_words, stem, stems

__all__ = [
    "Number",
    "content_words",
    "dates",
    "direction",
    "language",
    "letters",
    "normalise",
    "numbers",
    "ordinals",
    "root",
    "roots",
    "sentences",
    "skeletons",
    "stem",
    "stems",
    "words",
]
