"""The sheet of settings as HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rag.doctor import Finding, ModelServer
from rag.errors import RagError
from rag.generate.chat import AUTO, EXTRACTIVE
from rag.settings import Settings
from rag.ui.footer import footer_html
from rag.ui.markup import both, icon, plain, sentence, unseen
from rag.ui.render import model_name

OTHER = "other"
"""The value of a model that is written, not chosen."""

MOST_SOURCES = 50
LEAST_SOURCES = 1

# A path, an address or a command: words of Latin letters and signs, without the punctuation that follows them.
_LATIN_RUN = re.compile(r"[/~A-Za-z][!-~]*(?: [!-~]*[A-Za-z][!-~]*)*(?<![.,;:)])")

_STATE_ICONS = {"good": "done", "missing": "weak", "broken": "unsupported"}


@dataclass(frozen=True, slots=True)
class SettingsView:
    """What the sheet shows. `url` is the address whose `server` was looked at: not the one of the settings while the
    reader tries another. `engine` is what answers now."""

    settings: Settings
    fixed: dict[str, str]
    has_choices: bool
    has_key: bool
    url: str
    server: ModelServer
    engine: str


def settings_html(view: SettingsView, *, told: str = "", wrong: str = "") -> str:
    """The whole body. `told` and `wrong` are HTML: what was just done, and what could not be."""
    status = f'<p class="told" role="status">{told}</p>' if told else ""
    reset = (
        f'<button type="button" class="quiet" data-post="/page/settings/reset">{both("settings_reset")}</button>'
        if view.has_choices
        else ""
    )
    return (
        f'<p class="lead">{both("settings_lead")}</p>'
        f'<form id="settings-address" data-get="/page/settings"></form>'
        f'<form id="settings-form" class="settings" data-post="/page/settings">'
        f"{_who(view)}{_language(view)}{_strictness(view)}{_sources(view)}{wrong}"
        f'<div class="settings-save"><button type="submit" class="primary">{both("settings_save")}</button>{reset}'
        f"{status}</div></form>{_appearance()}"
        f'<section><h3>{both("checkup")}</h3><div id="settings-checkup" data-poll="1" '
        f'data-get="/page/settings/checkup"><p class="hint">{both("checkup_looking")}</p></div></section>'
        f'<div id="settings-foot" hidden>{footer_html(view.engine)}</div>'
    )


def findings_html(findings: Iterable[Finding]) -> str:
    """What the doctor found, to take the place of the words that it looks."""
    return f'<div id="settings-checkup"><ul class="findings">{"".join(map(_finding, findings))}</ul></div>'


def refused_html(error: RagError, finding: Finding | None = None) -> str:
    """Why nothing was changed; a `finding` that says it with a command comes in the place of the error's words."""
    if finding is not None and finding.state == "broken":
        said = f"<p>{_either(finding.en, finding.ar)}</p>{_step(finding)}"
    else:
        said = f"<p>{sentence(error)}</p>"
    return f'<section class="card error" role="alert"><h3>{both("settings_refused")}</h3>{said}</section>'


def _who(view: SettingsView) -> str:
    return (
        f'<fieldset><legend>{both("who_answers")}</legend>{_fixed(view, "llm")}<div class="options">'
        f"{''.join(_models(view))}</div>{_address(view)}</fieldset>"
    )


def _models(view: SettingsView) -> Iterator[str]:
    chosen, fixed = view.settings.llm, "llm" in view.fixed
    auto = both("llm_auto_hint")
    if chosen == AUTO:
        found = (
            view.server.models[0] if view.server.protocol == "ollama" and view.server.models else EXTRACTIVE
        )
        changed = found != view.engine and view.url == view.settings.llm_url
        key = "llm_auto_changed" if changed else "llm_auto_now"
        auto += f" <strong>{_named(key, found)}</strong>"
    yield _option("llm", AUTO, both("llm_auto"), auto, chosen=chosen, fixed=fixed)
    yield _option(
        "llm", EXTRACTIVE, both("llm_extractive"), both("llm_extractive_hint"), chosen=chosen, fixed=fixed
    )
    listed = list(view.server.models)
    if chosen not in {AUTO, EXTRACTIVE, *listed} and not any(f"{chosen}:latest" == name for name in listed):
        yield _option("llm", chosen, _model(chosen), both("llm_gone"), chosen=chosen, fixed=fixed)
    for name in listed:
        same = chosen if f"{chosen}:latest" == name else name
        yield _option("llm", same, _model(name), both("llm_model_hint"), chosen=chosen, fixed=fixed)
    written = (
        f'<input id="settings-other" name="other" type="text" dir="ltr" autocomplete="off" spellcheck="false" '
        f'aria-labelledby="settings-other-name"{_disabled(fixed)}>'
        f'<span id="settings-other-name" class="hint">{both("llm_other_name")}</span>'
    )
    yield _option("llm", OTHER, both("llm_other"), "", chosen=chosen, fixed=fixed, more=written)


def _address(view: SettingsView) -> str:
    """Of the model server. Its field belongs to the form that looks there, and its value goes with the choices too."""
    fixed = "llm_url" in view.fixed
    found = {"ollama": "llm_url_ollama", "openai": "llm_url_openai", None: "llm_url_nobody"}[
        view.server.protocol
    ]
    key = f" {both('llm_url_key')}" if view.has_key else ""
    return (
        f'<label for="settings-url">{both("llm_url")}</label>{_fixed(view, "llm_url")}<div class="beside">'
        f'<input id="settings-url" name="llm_url" form="settings-address" type="text" inputmode="url" dir="ltr" '
        f'spellcheck="false" autocomplete="off" value="{plain(view.url)}" '
        f'aria-describedby="settings-url-hint"{_disabled(fixed)}>'
        f'<button type="submit" form="settings-address" class="quiet"{_disabled(fixed)}>{both("llm_url_look")}</button>'
        f'</div><input type="hidden" name="llm_url" value="{plain(view.url)}">'
        f'<p class="hint" role="status">{both(found, n=str(len(view.server.models)))}</p>'
        f'<p class="hint" id="settings-url-hint">{both("llm_url_hint")}{key}</p>'
    )


def _language(view: SettingsView) -> str:
    chosen, fixed = view.settings.answer_language, "answer_language" in view.fixed
    options = "".join(
        _option("answer_language", value, both(f"answers_in_{value}"), "", chosen=chosen, fixed=fixed)
        for value in ("question", "ar", "en")
    )
    return (
        f"<fieldset><legend>{both('answers_in')}</legend>{_fixed(view, 'answer_language')}"
        f'<div class="options short">{options}</div><p class="hint">{both("answers_in_hint")}</p></fieldset>'
    )


def _strictness(view: SettingsView) -> str:
    chosen, fixed = "yes" if view.settings.strict else "no", "strict" in view.fixed
    options = "".join(
        _option(
            "strict", value, both(f"strict_{value}"), both(f"strict_{value}_hint"), chosen=chosen, fixed=fixed
        )
        for value in ("no", "yes")
    )
    legend = f"<legend>{both('strictness')}</legend>"
    return f'<fieldset>{legend}{_fixed(view, "strict")}<div class="options">{options}</div></fieldset>'


def _sources(view: SettingsView) -> str:
    return (
        f'<div class="field"><label for="settings-top-k">{both("top_k")}</label>{_fixed(view, "top_k")}'
        f'<input id="settings-top-k" name="top_k" type="number" dir="ltr" inputmode="numeric" min="{LEAST_SOURCES}" '
        f'max="{MOST_SOURCES}" required value="{view.settings.top_k}" aria-describedby="settings-top-k-hint"'
        f'{_disabled("top_k" in view.fixed)}><p class="hint" id="settings-top-k-hint">{both("top_k_hint")}</p></div>'
    )


def _appearance() -> str:
    """What settings.js keeps in the browser."""
    options = "".join(
        _option("appearance", value, both(f"appearance_{value}"), "", chosen="system", fixed=False)
        for value in ("system", "light", "dark")
    )
    return (
        f'<fieldset id="appearance"><legend>{both("appearance")}</legend>'
        f'<div class="options short">{options}</div><p class="hint">{both("appearance_hint")}</p></fieldset>'
    )


def _option(name: str, value: str, label: str, hint: str, *, chosen: str, fixed: bool, more: str = "") -> str:
    """A radio button with its words: a label that is easy to hit."""
    checked = " checked" if value == chosen else ""
    said = f'<span class="hint">{hint}</span>' if hint else ""
    return (
        f'<label class="option"><input type="radio" id="settings-{name}-{plain(value)}" name="{name}" '
        f'value="{plain(value)}"{checked}{_disabled(fixed)}><span class="said"><span class="name">{label}</span>'
        f"{said}{more}</span></label>"
    )


def _finding(finding: Finding) -> str:
    step = _step(finding) if finding.step_en else ""
    return (
        f'<li class="finding {finding.state}">{icon(_STATE_ICONS[finding.state])}{unseen(f"state_{finding.state}")}'
        f"<div><p>{_either(finding.en, finding.ar)}</p>{step}</div></li>"
    )


def _step(finding: Finding) -> str:
    """What to do next. A command stands once, below the words, to be copied."""
    said = f'<p class="hint">{_either(finding.step_en, finding.step_ar)}</p>'
    return said + (command_html(finding.command) if finding.command else "")


def command_html(command: str) -> str:
    """A command of the terminal, with a button that copies it."""
    return (
        f'<div class="command"><code dir="ltr">{plain(command)}</code>'
        f'<button type="button" class="quiet" data-command="{plain(command)}">{both("copy")}</button>'
        f'<span class="copied" role="status" hidden>{both("copied")}</span></div>'
    )


def _fixed(view: SettingsView, name: str) -> str:
    if name not in view.fixed:
        return ""
    return f'<p class="fixed">{both("fixed_by", name=view.fixed[name])}</p>'


def _disabled(fixed: bool) -> str:
    return " disabled" if fixed else ""


def _model(name: str) -> str:
    return f'<bdi dir="ltr">{plain(model_name(name))}</bdi>'


def _named(key: str, engine: str) -> str:
    """Words about an engine. That of quotation has a name in each language."""
    if engine != EXTRACTIVE:
        return both(key, engine=model_name(engine))
    return both(f"{key}_quotation")


def _either(en: str, ar: str) -> str:
    """What the doctor says. Its paths, addresses and commands keep their order inside Arabic."""
    apart = _LATIN_RUN.sub(lambda run: f"\u2066{run.group()}\u2069", ar)
    return sentence(RagError(en, apart))
