"""The states that the page can be in, each with everything that it can show: for checks that look at all of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Page, expect

from rag.errors import ModelUnreachableError, RagError
from rag.schema import Conflict, ConflictValue, Event, Place
from tests.ui.browsing import ask
from tests.ui.fakes import (
    FakeAssistant,
    answering,
    make_answer,
    make_citation,
    make_claim,
    make_hit,
    make_refusal,
)
from tests.ui.serving import serving

ROOT = Path(__file__).resolve().parents[2]
FILES = ["000_3731951351f0f5e4.txt", "003_1c787875b37093a0.txt"]
QUOTES = ["وممثلين عن 81 دولة في التحالف", "شددت 83 دولةً غربيةً وعربية ممن شاركوا في الاجتماع الوزاري"]

QUESTIONS = {
    "answer": {
        "ar": "كم دولة شاركت في الاجتماع الوزاري للتحالف الدولي في روما؟",
        "en": "How many countries attended the anti-ISIS coalition meeting in Rome?",
    },
    "refusal": {"ar": "كم دقيقة تُسلق البيضة؟", "en": "How long should an egg be boiled?"},
    "error": {"ar": "من ترأس الاجتماع؟", "en": "Who chaired the meeting?"},
    "writing": {"ar": "لخّص ما جاء في التقارير.", "en": "Sum up what the reports say."},
}


# How long an answer is held in the middle: to be looked at, while others wait for their turn.
WRITING_SECONDS = 3


class Scripted(FakeAssistant):
    """Answers the questions of QUESTIONS; "writing" stops in the middle until it is let go on."""

    def __init__(self) -> None:
        super().__init__(
            pages={(name, None): (ROOT / "seeds" / name).read_text(encoding="utf-8") for name in FILES},
            engine_name="ollama:qwen3:4b",
        )
        self.going_on = threading.Event()
        self._scripts = _scripts(self)

    def events(self, question: str, *, among: Collection[str] | None = None) -> Generator[Event]:  # noqa: ARG002
        state = next(name for name, asked in QUESTIONS.items() if question in asked.values())
        for number, step in enumerate(self._scripts["answer" if state == "writing" else state]):
            if state == "writing" and number == 2:
                self.going_on.wait(WRITING_SECONDS)
            if isinstance(step, RagError):
                raise step
            yield step


def _scripts(assistant: FakeAssistant) -> dict[str, list[Event | RagError]]:
    citations = [
        make_citation(
            n,
            source=f"articles/{name}",
            title=f"تقرير {n} عن اجتماع روما",
            page=None,
            start=assistant.pages[name, None].index(quote),
            quote=quote,
            also_in=(Place("reports/Rome summit.pdf", "Rome summit: who came", 12, 0, 1),) if n == 1 else (),
        )
        for n, (name, quote) in enumerate(zip(FILES, QUOTES, strict=True), start=1)
    ]
    assistant.pages |= {(f"articles/{name}", None): assistant.pages[name, None] for name in FILES}
    answer = make_answer(
        engine="ollama:qwen3:4b",
        claims=[
            make_claim("جاء في البيان الختامي أن ممثلين عن 81 دولة حضروا اجتماع روما في 28 يونيو 2021."),
            make_claim("Another report counts 83 Western and Arab countries in the NATO hall.", "weak", (2,)),
            make_claim("واستمر الاجتماع ثلاثة أيام.", "unsupported", ()),
        ],
        citations=citations,
        conflicts=[Conflict("عدد الدول", (ConflictValue("81 دولة", (1,)), ConflictValue("83 دولةً", (2,))))],
        notice="2 sources did not fit the model's context.",
    )
    hits = [
        make_hit(
            page_text=assistant.pages[name, None][:1500] + quote,
            quote=quote,
            source=f"articles/{name}",
            title=f"تقرير {n} عن اجتماع روما",
        )
        for n, (name, quote) in enumerate(zip(FILES, QUOTES, strict=True), start=1)
    ]
    refusal = replace(make_refusal(hits=hits), language="ar")
    down = ModelUnreachableError(
        en="No model server answers at http://127.0.0.1:11434. Start it with: ollama serve",
        ar="لا يجيب خادم النماذج على http://127.0.0.1:11434. شغّله بالأمر: ollama serve",
    )
    return {
        "answer": answering(answer, hits=hits),
        "refusal": answering(refusal, hits=hits),
        "error": [down],
    }


@contextmanager
def scripted() -> Iterator[str]:
    """The address of a page that can be brought into all states."""
    assistant = Scripted()
    try:
        with serving(assistant) as address:
            yield address
    finally:
        assistant.going_on.set()


def _asked(name: str) -> Callable[[Page, str], None]:
    def enter(page: Page, language: str) -> None:
        new_chat(page)
        ask(page, QUESTIONS[name][language])
        expect(page.locator("#live .card")).to_be_visible()
        expect(page.locator("#send")).to_be_visible()

    return enter


def _writing(page: Page, language: str) -> None:
    new_chat(page)
    ask(page, QUESTIONS["writing"][language])
    expect(page.locator("#live-text .raw")).to_be_visible()


def _source(page: Page, language: str) -> None:
    _asked("answer")(page, language)
    page.locator("#live .claim .chip").first.click()
    expect(page.locator("mark:visible").first).to_be_visible()


def _menu(page: Page, language: str) -> None:
    _asked("answer")(page, language)
    page.locator(".menu > summary").click()
    page.locator(".delete summary").click()
    expect(page.locator(".danger")).to_be_visible()


def _drawer(page: Page, language: str) -> None:
    _asked("answer")(page, language)
    if page.locator("#open-chats").is_visible():
        page.locator("#open-chats").click()
    expect(page.locator(".chat-list .chat").first).to_be_visible()


def new_chat(page: Page) -> None:
    """The page as it is opened. Its link is in the drawer on a telephone; a reload would cut off what it listens to."""
    page.keyboard.press("Escape")
    page.evaluate("document.querySelector('.new-chat').click()")
    expect(page.locator("#opening h1")).to_be_visible()


# By name: how to get there, from anywhere.
STATES: dict[str, Callable[[Page, str], None]] = {
    "welcome": lambda page, _: new_chat(page),
    "answer": _asked("answer"),
    "source": _source,
    "refusal": _asked("refusal"),
    "error": _asked("error"),
    "menu": _menu,
    "drawer": _drawer,
    "writing": _writing,
}
