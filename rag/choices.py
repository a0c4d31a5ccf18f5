"""What readers choose on the page, kept in the data folder, so that it holds for every tab and after a restart.

    defaults < rag.toml < choices.json in RAG_HOME < environment RAG_* < command line

Only `rag serve` goes by it: other commands have settings of their own, which travel with them to the server.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import EnvSettingsSource

from rag.errors import SettingsError
from rag.settings import Settings, load_settings

CHOICES_FILE = "choices.json"

CHOOSABLE = ("llm", "llm_url", "answer_language", "strict", "top_k")
"""The settings that can be chosen on the page: all that takes effect without an index of its own."""

Choices = Mapping[str, str | int | bool]


@dataclass(frozen=True, slots=True)
class Decided:
    """Settings, where they come from: what was `chosen` on the page, what is `fixed`, by the name of the variable or
    option that does it, and what would hold without a choice, `own`."""

    settings: Settings
    own: Settings
    chosen: Choices
    fixed: Mapping[str, str]


def decide(own: Settings, chosen: Choices, given: Collection[str] = ()) -> Decided:
    """The settings under some choices, where `own` would hold without any, and the command line has `given` those of
    these names.

    A choice that says what would hold without it is none: it would outlive a change of rag.toml. Raises SettingsError.
    """
    fixed = _fixed_by(given)
    free = {name: value for name, value in chosen.items() if name in CHOOSABLE and name not in fixed}
    settings = load_settings(**(own.model_dump() | free))
    kept = {name: value for name, value in free.items() if getattr(settings, name) != getattr(own, name)}
    if settings.llm_url != own.llm_url:
        # A key is for the server that it was set beside, and no other is told it.
        settings = settings.model_copy(update={"llm_api_key": SecretStr("")})
    return Decided(settings, own, kept, fixed)


def read_choices(home: Path) -> Choices:
    """What was chosen, none where nothing was. Raises SettingsError where the file cannot be read or used."""
    path = home / CHOICES_FILE
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise _unreadable(path) from error
    if not isinstance(found, dict):
        raise _unreadable(path)
    # Names that this version does not know are of another, and of no effect.
    chosen = {name: value for name, value in found.items() if name in CHOOSABLE}
    try:
        load_settings(**chosen)
    except SettingsError as error:
        raise _unreadable(path) from error
    return chosen


def write_choices(home: Path, chosen: Choices) -> None:
    """Keep what was chosen, whole or not at all. Raises SettingsError."""
    path = home / CHOICES_FILE
    partial = path.with_name(path.name + ".part")
    try:
        with partial.open("w", encoding="utf-8") as file:
            json.dump(dict(chosen), file, ensure_ascii=False, indent=2)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        raise SettingsError(
            en=f"The choice cannot be kept in {path}: {error.strerror}. Make room there, or make the folder writable.",
            ar=f"تعذّر حفظ الاختيار في {path}: {error.strerror}. وفّر مساحة فيه أو اجعل المجلد قابلًا للكتابة.",
        ) from error


def _fixed_by(given: Collection[str]) -> dict[str, str]:
    """What fixes a choosable setting, the stronger of two."""
    in_environment = EnvSettingsSource(Settings)()
    fixed = {name: f"RAG_{name.upper()}" for name in CHOOSABLE if name in in_environment}
    options = {name: f"--{name.replace('_', '-')}" for name in CHOOSABLE if name in given}
    return fixed | options


def _unreadable(path: Path) -> SettingsError:
    return SettingsError(
        en=f"{path}, where the page keeps its settings, is damaged. Delete it, then choose anew on the page.",
        ar=f"الملف {path} الذي تحفظ فيه الصفحة إعداداتها تالف. احذفه ثم اختر من جديد في الصفحة.",
    )
