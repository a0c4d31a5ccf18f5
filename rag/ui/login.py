"""The login page. It needs nothing that stands behind the password: its style and script are in it."""

from __future__ import annotations

from importlib import resources

from rag.ui.markup import both, icon, plain
from rag.ui.words import WORDS

# The reader's choice of language and the system's of colours, as the page itself remembers and reads them
# (script.js). Its hash goes into the policy of the response (rag.api.guard).
_SCRIPT = """
const root = document.documentElement;
const show = (language) => { root.lang = language; root.dir = language === "ar" ? "rtl" : "ltr"; };
try { show(localStorage.getItem("sanad-language") || root.lang); } catch { /* as the server chose */ }
document.body.classList.toggle("dark", matchMedia("(prefers-color-scheme: dark)").matches);
document.getElementById("switch-language").addEventListener("click", () => {
  show(root.lang === "ar" ? "en" : "ar");
  try { localStorage.setItem("sanad-language", root.lang); } catch { /* not remembered */ }
});
"""


def login_html(language: str, *, has_user: bool, wanted: str, told: str = "") -> str:
    """The page in `language` ("ar" or "en") until the reader changes it. `has_user` asks for a name too, `wanted` is
    where to go afterwards, and `told` the key of what was wrong with the last try."""
    wrong = f'<p class="wrong" role="alert">{icon("error")}{both(told)}</p>' if told else ""
    user = _field("user", "text", "username", focus=has_user) if has_user else ""
    return (
        f'<!doctype html><html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"><head>'
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        # Without it a browser asks for /favicon.ico, and is refused.
        f'<link rel="icon" href="data:,"><title>{" · ".join(WORDS["name"])}</title>'
        f'<style>{_text("style.css")}{_text("login.css")}</style></head><body class="login">'
        f'<header><span class="name">{both("name")}</span>'
        f'<button type="button" id="switch-language">{both("switch_language")}</button></header>'
        f'<main><form method="post" action="/login" class="card"><h1>{both("login_title")}</h1>'
        f"<p>{both('login_text')}</p>{wrong}"
        f'<input type="hidden" name="next" value="{plain(wanted)}">{user}'
        f"{_field('password', 'password', 'current-password', focus=not has_user)}"
        f'<button type="submit" class="enter">{both("login")}</button></form></main>'
        f"<script>{_SCRIPT}</script></body></html>"
    )


def logout_html() -> str:
    """The way out, for the page's header."""
    return (
        '<form method="post" action="/logout" class="logout"><button type="submit" class="opens">'
        f'{icon("logout")}<span class="label">{both("logout")}</span></button></form>'
    )


def _field(name: str, kind: str, completes: str, *, focus: bool) -> str:
    return (
        f'<label>{both(f"login_{name}")}<input name="{name}" type="{kind}" autocomplete="{completes}" '
        f'autocapitalize="none" spellcheck="false" required{" autofocus" if focus else ""}></label>'
    )


def _text(name: str) -> str:
    return (resources.files("rag.ui") / name).read_text(encoding="utf-8")
