"""The sheet of settings: who answers, in which language, how strictly, from how many sources; and what is missing."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse
from pydantic import BaseModel

from rag.choices import Choices
from rag.doctor import examine, look_at_chat_model, look_at_model_server
from rag.errors import ModelError, RagError, SettingsError
from rag.generate.chat import EXTRACTIVE
from rag.generate.ollama import OLLAMA_PREFIX
from rag.generate.openai import OPENAI_PREFIX
from rag.settings import Settings
from rag.ui.markup import both
from rag.ui.settings_present import Present
from rag.ui.settings_view import (
    LEAST_SOURCES,
    MOST_SOURCES,
    OTHER,
    SettingsView,
    findings_html,
    refused_html,
    settings_html,
)
from rag.ui.sheets import Sheet
from rag.ui.words import WORDS

# Who has the data folder: this server, which the reader is looking at.
_NOT_WORTH_SAYING = {"owner"}


class Chosen(BaseModel):
    """The form as it comes. What is fixed is not sent."""

    llm: str | None = None
    other: str = ""
    llm_url: str | None = None
    answer_language: str | None = None
    strict: str | None = None
    top_k: str | None = None


def settings_sheet(present: Present) -> Sheet:
    """The sheet over the assistant that it changes."""
    router = APIRouter(prefix="/page/settings", default_response_class=HTMLResponse)

    @router.get("")
    def show(llm_url: str | None = None) -> str:
        if llm_url is not None and not _is_address(llm_url):
            return settings_html(_view(present), wrong=refused_html(_wrong("llm_url_wrong")))
        return settings_html(_view(present, llm_url))

    @router.post("")
    def save(body: Chosen) -> str:
        try:
            choices = _choices(body, present)
        except SettingsError as error:
            return settings_html(_view(present), wrong=refused_html(error))
        return _apply(present, choices, "settings_saved")

    @router.post("/reset")
    def reset() -> str:
        return _apply(present, {}, "settings_were_reset")

    @router.get("/checkup")
    def check_up() -> str:
        findings = examine(present.decided.settings)
        return findings_html(one for one in findings if one.topic not in _NOT_WORTH_SAYING)

    return Sheet("settings", "settings_title", "settings", router)


def _view(present: Present, url: str | None = None) -> SettingsView:
    """The settings as they are; with another address than theirs, what there is at that one."""
    decided = present.decided
    looked_at = decided.settings
    if url is not None and url != decided.settings.llm_url:
        looked_at = _at(url, present)
    return SettingsView(
        settings=decided.settings,
        fixed=dict(decided.fixed),
        has_choices=bool(decided.chosen),
        has_key=bool(decided.own.llm_api_key.get_secret_value()),
        url=looked_at.llm_url,
        server=look_at_model_server(looked_at),
        engine=present.engine_name,
    )


def _at(url: str, present: Present) -> Settings:
    """The settings with another address. The key stays with the one that it was set beside."""
    own = present.decided.own
    key = own.llm_api_key if url == own.llm_url else type(own.llm_api_key)("")
    return present.decided.settings.model_copy(update={"llm_url": url, "llm_api_key": key})


def _apply(present: Present, choices: Choices, told: str) -> str:
    try:
        present.choose(choices)
    except ModelError as error:
        wanted = present.under(choices)
        return settings_html(
            _view(present, wanted.llm_url), wrong=refused_html(error, look_at_chat_model(wanted))
        )
    except RagError as error:
        return settings_html(_view(present), wrong=refused_html(error))
    return settings_html(_view(present), told=both(told))


def _choices(body: Chosen, present: Present) -> Choices:
    """What the form chooses, with what it does not speak of as it was. Raises SettingsError."""
    choices: dict[str, Any] = dict(present.decided.chosen)
    if body.llm_url is not None:
        if not _is_address(body.llm_url):
            raise _wrong("llm_url_wrong")
        choices["llm_url"] = body.llm_url.strip().rstrip("/")
    if body.llm is not None:
        url = choices.get("llm_url", present.decided.settings.llm_url)
        choices["llm"] = _written(body.other, url, present) if body.llm == OTHER else body.llm
    if body.answer_language is not None:
        choices["answer_language"] = body.answer_language
    if body.strict is not None:
        choices["strict"] = body.strict == "yes"
    if body.top_k is not None:
        if not (body.top_k.isdecimal() and LEAST_SOURCES <= int(body.top_k) <= MOST_SOURCES):
            raise _wrong("top_k_wrong", least=LEAST_SOURCES, most=MOST_SOURCES)
        choices["top_k"] = int(body.top_k)
    return choices


def _written(name: str, url: str, present: Present) -> str:
    """A model by its written name: of the protocol that it names, else of the one that its server speaks."""
    name = name.strip()
    if not name:
        raise _wrong("llm_unnamed")
    if name == EXTRACTIVE or name.startswith((OLLAMA_PREFIX, OPENAI_PREFIX)):
        return name
    speaks = look_at_model_server(_at(url, present)).protocol
    return (OPENAI_PREFIX if speaks == "openai" else OLLAMA_PREFIX) + name


def _is_address(url: str) -> bool:
    try:
        Settings.model_validate({"llm_url": url.strip()})
    except ValueError:
        return False
    return bool(url.strip())


def _wrong(key: str, **values: object) -> SettingsError:
    en, ar = WORDS[key]
    return SettingsError(en.format(**values), ar.format(**values))
