"""Hostile documents, answers and questions in a real Chromium: nothing runs, nothing leaves, the page stays whole.

tests/ui/test_render.py says the same of the HTML, piece by piece. Here a browser has its say, and what documents bring
comes in through the product's own loaders.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from rag.api import Commands
from rag.commands import OpenLibrary
from rag.errors import ModelUnreachableError
from rag.index import Index
from rag.pipeline import make_assistant, open_index, sync_paths
from rag.schema import Conflict, ConflictValue, Embedder, Place
from rag.settings import load_settings
from rag.ui.library_sheet import library_sheet
from rag.ui.markup import plain
from tests.fakes import FakeChatEngine
from tests.ui.browsing import Watched, ask, ask_and_wait, go, watch
from tests.ui.fakes import FakeAssistant, answering, make_answer, make_citation, make_claim, make_hit
from tests.ui.hostile import CHARACTERS, ENTITIES, MARKDOWN, MARKUP, PAYLOADS, RAN, TEMPLATES
from tests.ui.serving import serving

LONGEST_NAME_BYTES = 120
# Each payload is embedded as a text once; only the shorter ones again.
LONGEST_TITLE = 1000
QUESTION = "How tall is the lighthouse of the harbour?"
STATEMENT = "The lighthouse of the harbour is 43 metres tall."
# Replies as a model streams them; one question is asked for each.
REPLIES = ("".join(f"{payload} [{n}]. " for n, payload in enumerate(kind, 1)) for kind in (MARKUP, TEMPLATES))

# What the page is not made of, wherever its text comes from. Its own forms and links have addresses of this server.
_LOOK = """
() => {
  const all = [...document.querySelectorAll("body *")];
  const own = (address) => !address || new URL(address, location.href).origin === location.origin;
  const strange = all.filter((element) =>
    element.closest("#talk, #chats, #sheets, #header") && (
      element.matches("script, iframe, object, embed, video, audio, link, meta, base, style, template, title, math")
      || (element.matches("img") && !own(element.getAttribute("src")))
      || (element.matches("a, form") && !own(element.getAttribute("href") || element.getAttribute("action")))));
  /* Of its own attributes the page's scripts act on addresses; in others anything may stand, as text. */
  const acts = ({ name, value }) =>
    /^(on.*|formaction|srcdoc|ping|background)$/.test(name)
    || (/^(style|href|src|srcset|action|xlink:href)$/.test(name) && /url\\(|javascript:/i.test(value))
    || (/^data-(post|get|address)$/.test(name) && !value.startsWith("/page/"));
  const acting = all.filter((element) => [...element.attributes].some(acts));
  const shown = (selector) => {
    const box = document.querySelector(selector).getBoundingClientRect();
    return box.width > 0 && box.height > 0 && box.left >= 0 && box.right <= innerWidth;
  };
  const box = document.querySelector("#question textarea");
  const { left, top, width, height } = box.getBoundingClientRect();
  return {
    ran: window.__ran ?? null,
    strange: strange.map((element) => element.outerHTML.slice(0, 80)),
    acting: acting.map((element) => element.outerHTML.slice(0, 80)),
    wide: document.documentElement.scrollWidth > innerWidth,
    header: shown("#header header"),
    box: document.elementFromPoint(left + width / 2, top + height / 2) === box,
    there: ["header", "talk", "composer", "question", "chats"].map((id) => document.querySelectorAll(`#${id}`).length),
  };
}
"""
WHOLE: dict[str, Any] = {
    "ran": None,
    "strange": [],
    "acting": [],
    "wide": False,
    "header": True,
    "box": True,
    "there": [1, 1, 1, 1, 1],
}


def assert_whole(page: Page, *, covered: bool = False) -> None:
    """Nothing ran, nothing came in, and the page is as it should be, on a telephone too. Where it is `covered`, it is
    by something of its own."""
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(_LOOK) == WHOLE | ({"box": False} if covered else {})


def shown(text: str) -> str:
    """How a text reads on the page."""
    return " ".join(
        plain(text)
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", '"')
        .replace("&#x27;", "'")
        .replace("&amp;", "&")
        .split()
    )


def words_of(page: Page, selector: str) -> str:
    """All text there, its white space evened out."""
    return " ".join("\n".join(page.locator(selector).all_text_contents()).split())


class Requests:
    """What a page asks for, as the path of each address; the name of a tab, which Gradio draws, is left out."""

    def __init__(self, page: Page) -> None:
        self.paths: set[str] = set()
        page.on("request", lambda request: self.paths.add(self._path(request.url)))

    @staticmethod
    def _path(address: str) -> str:
        path = urlsplit(address).path
        return path.rpartition("/")[0] if "/heartbeat/" in path else path


@pytest.fixture(scope="module")
def usual(browser: Browser) -> set[str]:
    """The paths that the page asks for in a harmless chat."""
    with serving(FakeAssistant(answering(make_answer()))) as address:
        context = browser.new_context(locale="en", reduced_motion="reduce")
        watched = watch(context)
        requests = Requests(watched.page)
        page = go(watched, address)
        ask_and_wait(page, QUESTION)
        page.locator(".chip").first.click()
        page.locator(".menu > summary").click()
        page.reload()
        page.locator("#past .turn").wait_for()
        context.close()
    # By which Gradio finds out whether a server that was slow is still the same.
    return requests.paths | {"/gradio_api/app_id"}


@pytest.fixture
def watched(browser: Browser, usual: set[str]) -> Iterator[Watched]:
    """A page that is held to asking for nothing but what it usually does, and to running nothing."""
    context = browser.new_context(locale="en", reduced_motion="reduce")
    watched = watch(context)
    requests = Requests(watched.page)
    yield watched
    assert watched.hosts <= {"127.0.0.1", "data"}
    # Sheets and the reader ask this server for what they show.
    assert {path for path in requests.paths if not path.startswith("/page/")} <= usual
    assert watched.errors == []
    context.close()


def file_name(payload: str, number: int) -> str:
    """A name that a file can have, with as much of the payload as fits."""
    name = payload.encode("utf-8", "replace").decode("utf-8").replace("/", "∕").replace("\0", "")
    return name.encode("utf-8")[:LONGEST_NAME_BYTES].decode("utf-8", "ignore") + f" {number}"


def write_hostile(folder: Path) -> None:
    """Each payload as a document's text, title and name, in the formats that carry it as it is."""
    folder.mkdir()
    records = []
    for number, payload in enumerate(PAYLOADS):
        text = f"{STATEMENT}\n\n{payload}\n\nHarbour {number} closes at night."
        suffix = ("txt", "md", "html")[number % 3]
        file = folder / f"{file_name(payload, number)}.{suffix}"
        file.write_bytes(text.encode("utf-8", "replace"))
        if len(payload) < LONGEST_TITLE:
            records.append({"id": f"{payload} {number}", "title": payload, "text": f"{text} {number}"})
    lines = "".join(json.dumps(record) + "\n" for record in records)
    (folder / "records.jsonl").write_text(lines, encoding="utf-8")
    nested = "<blockquote>" * 10_000 + STATEMENT + "</blockquote>" * 10_000
    (folder / "nested.html").write_text(f"<title>{MARKUP[0]}</title><p>{STATEMENT}{nested}", encoding="utf-8")
    (folder / "table.csv").write_text(
        "".join(f'"{payload.replace(chr(34), chr(34) * 2)}",43 metres\n' for payload in MARKUP + ENTITIES),
        encoding="utf-8",
    )


@pytest.fixture(scope="module")
def documents(
    embedder: Embedder, model_cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Index]]:
    """The real thing over hostile documents, with a model that says hostile things of them."""
    folder = tmp_path_factory.mktemp("hostile")
    write_hostile(folder / "documents")
    settings = load_settings(
        home=folder / "home", cache=model_cache, llm="extractive", top_k=50, llm_context_tokens=131072
    )
    with open_index(settings, embedder, command="test") as index:
        report = sync_paths(settings, index, embedder, [folder / "documents"])
        # Those with characters that no text has are told, and not indexed.
        assert [failure.en for failure in report.failed if "text" not in failure.en] == []
        assert len(report.added) > 1.5 * len(PAYLOADS)
        assistant = replace(make_assistant(settings, index, embedder), engine=FakeChatEngine(*REPLIES))
        library = OpenLibrary(settings, index, embedder)
        commands = Commands(library)
        with serving(assistant, sheets=[library_sheet(library, commands.change)]) as address:
            yield address, index
        commands.close()


def test_documents_and_models_do_nothing(documents: tuple[str, Index], watched: Watched) -> None:
    address, index = documents
    page = go(watched, address)
    for question in (QUESTION, "Is the lighthouse of the harbour 43 metres tall?"):
        ask_and_wait(page, question)
        assert_whole(page)
    assert page.locator("#live .source").count() > 1
    # Every source open, with all that its documents, names and titles brought.
    page.evaluate("() => { for (const one of document.querySelectorAll('#live details')) one.open = true; }")
    assert_whole(page)
    titles = words_of(page, "#live .sources")
    listed = {source.title for source in index.sources()}
    assert sum(shown(title) in titles for title in listed if title) > len(MARKUP) / 2
    page.reload()
    expect(page.locator("#past .turn")).to_have_count(2)
    assert_whole(page)


def test_the_list_of_documents_is_text(documents: tuple[str, Index], watched: Watched) -> None:
    address, index = documents
    page = go(watched, address)
    page.locator("#header [data-opens=library]").click()
    expect(page.locator("#library .document").nth(40)).to_be_attached()
    assert_whole(page, covered=True)
    shown_titles = words_of(page, "#library")
    assert sum(shown(source.title) in shown_titles for source in index.sources() if source.title) > 30
    # What is typed into the search is shown again.
    page.locator("#library input[type=search]").fill(MARKUP[3])
    page.wait_for_timeout(500)
    assert_whole(page, covered=True)


@pytest.fixture(scope="module")
def everything() -> Iterator[tuple[str, FakeAssistant]]:
    """An answer in which each part is hostile, held still in the middle until its gate is opened."""
    text = "\n".join(PAYLOADS)
    places = tuple(Place(payload, payload, None, 0, 1) for payload in PAYLOADS)
    citations = [
        replace(
            make_citation(n, source=payload, title=payload, start=0, quote=payload),
            also_in=places if n == 1 else (),
        )
        for n, payload in enumerate(PAYLOADS, 1)
    ]
    answer = make_answer(
        claims=[
            make_claim(payload, status, (n,))
            for n, payload in enumerate(PAYLOADS, 1)
            for status in (("supported", "weak", "unsupported")[n % 3],)
        ],
        citations=citations,
        conflicts=[
            Conflict(payload, (ConflictValue(payload, (1,)), ConflictValue(payload, (2,))))
            for payload in PAYLOADS
        ],
        engine=f"ollama:{MARKUP[0]}{TEMPLATES[0]}",
        notice=text,
    )
    hits = [make_hit(page_text=payload, quote=payload, source=payload, title=payload) for payload in PAYLOADS]
    assistant = FakeAssistant(
        answering(answer, text, "and no more", hits=hits),
        pages={(payload, None): payload for payload in PAYLOADS},
        engine_name=f"ollama:{MARKUP[3]}{TEMPLATES[1]}",
        gate=threading.Semaphore(2),
    )
    with serving(assistant) as address:
        yield address, assistant


def test_every_part_of_an_answer_is_text(everything: tuple[str, FakeAssistant], watched: Watched) -> None:
    address, assistant = everything
    page = go(watched, address)
    question = " ".join([*MARKUP, *TEMPLATES, *MARKDOWN])
    ask(page, question)
    page.locator("#live-text .raw").wait_for()
    assert_whole(page)
    assert words_of(page, "#live-text") == shown("\n".join(PAYLOADS))
    assert assistant.gate is not None
    assistant.gate.release(2)
    expect(page.locator("#send")).to_be_visible()
    page.evaluate("() => { for (const one of document.querySelectorAll('#live details')) one.open = true; }")
    assert_whole(page)
    claims, sources, whole = (words_of(page, f"#live {part}") for part in (".claims", ".sources", ".card"))
    for payload in PAYLOADS:
        assert shown(payload) in claims
        assert shown(payload) in sources
        assert shown(payload) in whole
    assert words_of(page, "#live .question") == shown(question)
    # Where a source is read.
    page.locator("#live .claim .chip").first.click()
    expect(page.locator("#reader mark")).to_be_visible()
    assert page.evaluate(_LOOK) | {"box": True} == WHOLE
    page.keyboard.press("Escape")
    # A chat's title is the question: in the list, in the bar, in its menu, in the window's title.
    page.set_viewport_size({"width": 1280, "height": 800})
    page.locator(".menu > summary").click()
    assert_whole(page)
    page.reload()
    expect(page.locator("#past .claim")).to_have_count(len(PAYLOADS))
    assert_whole(page)


@pytest.mark.parametrize("kind", [MARKUP, CHARACTERS], ids=["markup", "characters"])
def test_what_a_models_server_says_of_an_error_is_text(watched: Watched, kind: list[str]) -> None:
    said = "\n".join(kind)
    with serving(FakeAssistant([ModelUnreachableError(en=said, ar=said)])) as address:
        page = go(watched, address)
        ask(page, QUESTION)
        expect(page.locator("#live .card.error")).to_be_visible()
        assert_whole(page)
        assert shown(said) in words_of(page, "#live .card.error")


def test_there_are_enough_and_each_tries_the_same() -> None:
    assert len(set(PAYLOADS)) == len(PAYLOADS) >= 60
    assert sum(RAN in payload for payload in PAYLOADS) > 30
