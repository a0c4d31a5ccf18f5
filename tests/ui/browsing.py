"""A page in a real browser, watched."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

# What Gradio's own script says when its page is left while something comes in.
_WHEN_LEFT = ("AbortError: signal is aborted", "Connection errored out")


@dataclass
class Watched:
    """A page and what it did: hosts it asked, errors it wrote, dialogs it opened."""

    page: Page
    hosts: set[str] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)

    def note(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not any(said in message.text for said in _WHEN_LEFT):
            self.errors.append(message.text)


def watch(context: BrowserContext) -> Watched:
    """A new page of `context`."""
    watched = Watched(context.new_page())
    watched.page.on("request", lambda request: watched.hosts.add(urlsplit(request.url).hostname or "data"))
    watched.page.on("console", watched.note)
    watched.page.on("pageerror", lambda error: watched.errors.append(str(error)))
    watched.page.on("dialog", lambda dialog: watched.errors.append(f"dialog: {dialog.message}"))
    return watched


def go(watched: Watched, address: str) -> Page:
    """The page at `address`, ready for a question."""
    page = watched.page
    page.goto(address)
    page.locator("#question textarea").wait_for()
    # What the server says of the chat comes after the frame.
    page.locator(".chat-bar").wait_for(state="attached")
    return page


@contextmanager
def opened(
    browser: Browser, address: str, *, language: str = "en", width: int = 1280, colours: str = "light"
) -> Iterator[Watched]:
    """The page, ready for a question. Whatever happens on it, it asks only loopback, and logs no error."""
    size = {"width": width, "height": 800}
    context = browser.new_context(locale=language, viewport=size, color_scheme=colours)
    watched = watch(context)
    go(watched, address)
    yield watched
    assert watched.hosts <= {"127.0.0.1", "data"}
    assert watched.errors == [], watched.errors
    context.close()


def ask(page: Page, question: str) -> None:
    page.locator("#question textarea").fill(question)
    page.locator("#question textarea").press("Enter")


def ask_and_wait(page: Page, question: str) -> None:
    """Ask, and wait until the answer is whole and kept."""
    ask(page, question)
    expect(page.locator("#live .question")).to_have_text(question)
    expect(page.locator("#live .card")).to_be_visible()
    expect(page.locator("#send")).to_be_visible()
