"""One thing that the doctor looked at."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

State = Literal["good", "missing", "broken"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `missing` still works in some way; `broken` does not. A good one has no step.
    `command` is what the step says to run, where that is one command and can be run as it stands."""

    topic: str
    state: State
    en: str
    ar: str
    step_en: str = ""
    step_ar: str = ""
    command: str = ""

    def as_json(self) -> dict[str, Any]:
        """The finding as `rag doctor --json` prints it."""
        return asdict(self)
