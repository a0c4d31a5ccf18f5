"""A small folder of Arabic and English documents that changes: for benchmarks of what happens to an index then."""

from __future__ import annotations

import random
from pathlib import Path

FILES = 30
PARAGRAPHS = (1, 5)
SENTENCES = (2, 5)

_CITIES = (
    ("الإسكندرية", "Alexandria"), ("بيروت", "Beirut"), ("طنجة", "Tangier"), ("العقبة", "Aqaba"),
    ("صفاقس", "Sfax"), ("اللاذقية", "Latakia"), ("عدن", "Aden"), ("بنغازي", "Benghazi"),
    ("الدوحة", "Doha"), ("جدة", "Jeddah"), ("البصرة", "Basra"), ("وهران", "Oran"),
)  # fmt: skip
_THINGS = (
    ("الميناء", "harbour"), ("المكتبة", "library"), ("الجامعة", "university"), ("الجسر", "bridge"),
    ("المستشفى", "hospital"), ("المتحف", "museum"), ("السوق", "market"), ("محطة القطار", "railway station"),
)  # fmt: skip
# Arabic, English: the same things said.
_SENTENCES = (
    (
        "افتُتح {thing} في {city} عام {year} بحضور {number} ضيفًا.",
        "بلغت كلفة {thing} في {city} نحو {number} مليون دينار.",
        "يعمل في {thing} بمدينة {city} {number} موظفًا منذ {year}.",
        "زار {thing} في {city} {number} ألف شخص خلال عام {year}.",
        "قال مدير {thing} في {city} إن أعمال الترميم ستنتهي بعد {number} شهرًا.",
        "أُغلق {thing} في {city} سنة {year} بعد حريق دام {number} ساعة.",
    ),
    (
        "The {thing} of {city} was opened in {year} before {number} guests.",
        "Building the {thing} in {city} cost about {number} million dinars.",
        "Since {year} the {thing} of {city} has employed {number} people.",
        "In {year} the {thing} of {city} received {number} thousand visitors.",
        "The director of the {thing} in {city} says that repairs will end after {number} months.",
        "The {thing} of {city} was closed in {year} after a fire of {number} hours.",
    ),
)
_QUESTIONS = (
    "متى افتُتح {0} في {2}؟", "كم بلغت كلفة {0} في {2}؟", "How many people visited the {1} of {3}?",
    "When was the {1} of {3} closed?", "كم موظفًا يعمل في {0} بمدينة {2}؟", "What did the {1} in {3} cost?",
)  # fmt: skip


class ChangingFolder:
    """A folder whose files are written, rewritten, moved, copied and deleted at random, by a seed."""

    def __init__(self, root: Path, generator: random.Random) -> None:
        self.root = root
        self._generator = generator
        self._made = 0
        root.mkdir(parents=True)
        for _ in range(FILES):
            self._write_new()

    def texts(self) -> dict[str, str]:
        """Source, as a sync names it → what is in the file now."""
        return {path.as_posix(): path.read_text(encoding="utf-8") for path in self._files()}

    def change(self, count: int) -> None:
        """Change `count` times something: mostly the words of a file, keeping about as many files as there were."""
        for _ in range(count):
            path = self._generator.choice(self._files())
            kind = self._generator.random()
            if kind < 0.5:
                self._rewrite(path)
            elif kind < 0.65:
                path.rename(self._new_path(path.suffix))
            elif kind < 0.75:
                self._new_path(path.suffix).write_bytes(path.read_bytes())
            elif len(self._files()) > FILES:
                path.unlink()
            else:
                self._write_new()

    def question(self) -> str:
        """A question about what such files say."""
        things, cities = self._generator.choice(_THINGS), self._generator.choice(_CITIES)
        return self._generator.choice(_QUESTIONS).format(*things, *cities)

    def _files(self) -> list[Path]:
        return sorted(self.root.iterdir())

    def _write_new(self) -> None:
        arabic = self._generator.random() < 0.5
        paragraphs = [self._paragraph(arabic) for _ in range(self._generator.randint(*PARAGRAPHS))]
        self._new_path(self._generator.choice((".txt", ".md"))).write_text("\n\n".join(paragraphs), "utf-8")

    def _new_path(self, suffix: str) -> Path:
        self._made += 1
        return self.root / f"{self._generator.choice(('وثيقة', 'report'))} {self._made:04}{suffix}"

    def _rewrite(self, path: Path) -> None:
        paragraphs = path.read_text(encoding="utf-8").split("\n\n")
        arabic = not paragraphs[0].isascii()
        paragraphs[self._generator.randrange(len(paragraphs))] = self._paragraph(arabic)
        path.write_text("\n\n".join(paragraphs), encoding="utf-8")

    def _paragraph(self, arabic: bool) -> str:
        language = 0 if arabic else 1
        city, thing = self._generator.choice(_CITIES)[language], self._generator.choice(_THINGS)[language]
        chosen = self._generator.sample(_SENTENCES[language], self._generator.randint(*SENTENCES))
        return " ".join(
            sentence.format(
                city=city,
                thing=thing,
                year=self._generator.randint(1890, 2024),
                number=self._generator.randint(3, 980),
            )
            for sentence in chosen
        )
