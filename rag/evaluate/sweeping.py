"""One run for each of several settings, beside each other in one table."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.errors import SettingsError
from rag.evaluate.compare import Comparison, compare_runs
from rag.evaluate.report import Report
from rag.evaluate.rows import digest, write_json
from rag.settings import Settings

SWEEP_FILE = "sweep.json"

MOST_VARIANTS = 100
"""More is a slip of the hand: each is a whole run."""

Variant = Mapping[str, str]

# What a file system may not have in a name, or a shell take for something else.
_NOT_FOR_FOLDERS = re.compile(r"[^\w.=,-]+")
_DIGEST_DIGITS = 6


@dataclass(frozen=True, slots=True)
class SweepEntry:
    """One variant: what was set, the folder of its run below that of the sweep, its report, and how it compares to
    the first variant, question by question (None for the first itself)."""

    name: str
    variant: dict[str, str]
    folder: str
    report: Report
    against_first: Comparison | None


@dataclass(frozen=True, slots=True)
class Sweep:
    """The variants, in the order of the grid."""

    entries: tuple[SweepEntry, ...]

    def as_json(self) -> dict[str, Any]:
        """`sweep.json`. Its keys only ever grow."""
        return {
            "format": 1,
            "entries": [
                {
                    "name": entry.name,
                    "variant": entry.variant,
                    "folder": entry.folder,
                    "report": entry.report.as_json(),
                    "against_first": entry.against_first.as_json() if entry.against_first else None,
                }
                for entry in self.entries
            ],
        }


def setting_grid(changes: Sequence[str]) -> list[dict[str, str]]:
    """Every combination of the values given: ["top_k=4,6", "strict=true"] is two variants. The first is what the
    others are compared to.

    Raises SettingsError where a change cannot be read, names no setting, or there are more than MOST_VARIANTS.
    """
    values: dict[str, list[str]] = {}
    for change in changes:
        name, equals, listed = change.partition("=")
        name, wanted = name.strip(), [value.strip() for value in listed.split(",") if value.strip()]
        if not equals or not wanted or name not in Settings.model_fields or name in values:
            names = ", ".join(Settings.model_fields)
            raise SettingsError(
                en=f"'{change}' is no change of a setting. Write each setting once, as 'top_k=4,6'. Settings: {names}.",
                ar=f"«{change}» ليس تغييرًا لإعداد. اكتب كل إعداد مرة واحدة هكذا: 'top_k=4,6'. الإعدادات: {names}.",
            )
        values[name] = list(dict.fromkeys(wanted))
    count = math.prod(map(len, values.values()))
    if count > MOST_VARIANTS:
        raise SettingsError(
            en=f"These are {count} variants, each a whole run; at most {MOST_VARIANTS} are made. Give fewer values.",
            ar=f"هذه {count} توليفة وكل منها تشغيل كامل؛ الحد {MOST_VARIANTS}. قلّل القيم.",
        )
    return [dict(zip(values, chosen, strict=True)) for chosen in itertools.product(*values.values())]


def sweep(grid: Sequence[Variant], run: Callable[[Variant, Path], Report], *, out: Path) -> Sweep:
    """Run every variant in a folder of its own below `out`, and compare each to the first.

    `run` evaluates one variant into the folder it is given, always of the same questions. `out/sweep.json` grows with
    each, and variants that were run before are not asked again, as their folders keep their rows.
    """
    entries: list[SweepEntry] = []
    for variant in grid:
        name = variant_name(variant)
        folder = _folder_name(name)
        report = run(variant, out / folder)
        against = compare_runs(out / entries[0].folder, out / folder) if entries else None
        entries.append(SweepEntry(name, dict(variant), folder, report, against))
        write_json(out / SWEEP_FILE, Sweep(tuple(entries)).as_json())
    return Sweep(tuple(entries))


def variant_name(variant: Variant) -> str:
    """What was set, in one line: "top_k=4, strict=true"."""
    return ", ".join(f"{name}={value}" for name, value in variant.items()) or "default"


def _folder_name(name: str) -> str:
    """The same as a folder; names that become equal by it are told apart by their digest."""
    short = name.replace(", ", ",")
    plain = _NOT_FOR_FOLDERS.sub("_", short)
    return plain if plain == short else f"{plain}-{digest(name)[:_DIGEST_DIGITS]}"
