"""axe-core over every state of the page: nothing that keeps somebody out, in either language."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from rag.schema import Embedder
from scripts.ensure_axe import AXE
from tests.ui.browsing import Watched, go, opened
from tests.ui.fakes import FakeAssistant
from tests.ui.serving import serving
from tests.ui.states import STATES, scripted

# What is half faded in has half its contrast.
_STILL = """
() => document.getAnimations().forEach((one) => {
  if (one.effect.getTiming().iterations === Infinity) one.cancel();
  else one.finish();
})
"""

# The rules of axe once, and those of colours again in the other colours: dark is a class that Gradio sets on opening.
ROOT = Path(__file__).resolve().parents[2]
ARTEFACTS = ROOT / "tests" / "artefacts"

_RUN = """
async () => {
  const run = async (colours, options) => {
    const { violations } = await axe.run(document, { resultTypes: ["violations"], ...options });
    return violations
      .filter(({ impact }) => ["serious", "critical"].includes(impact))
      .flatMap(({ id, nodes }) => nodes.map(({ html, any, all, none }) =>
        `${id} (${colours}): ${html.slice(0, 200)}: ${[...any, ...all, ...none].map(({ message }) => message)}`));
  };
  const found = await run("light", {});
  document.body.classList.add("dark");
  found.push(...await run("dark", { runOnly: ["color-contrast"] }));
  document.body.classList.remove("dark");
  return found;
}
"""


@pytest.fixture(scope="module")
def axe() -> str:
    if not AXE.is_file():
        reason = "axe-core is not there (run scripts/ensure_axe.py to fetch it)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return AXE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A page that can be brought into every state."""
    with scripted() as address:
        yield address


@pytest.fixture(scope="module")
def real(model_cache: Path, embedder: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """`rag serve` itself, with the sample articles and all its sheets."""
    assert embedder.name == "multilingual-e5-small"  # prepared, since this process opened it
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RAG_")}
    environment |= {
        "RAG_HOME": str(tmp_path_factory.mktemp("home")),
        "RAG_CACHE": str(model_cache),
        "RAG_LLM": "extractive",
    }
    program = "from rag.cli import main; main()"
    command = [sys.executable, "-c", program, "serve", "--sync", "seeds", "--port", "0"]
    with subprocess.Popen(
        command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        yield next(found[0] for line in process.stdout if (found := re.search(r"http://\S+", line)))
        process.terminate()


def violations(page: Page, axe: str) -> list[str]:
    """What is serious or critical, each with where it stands and why."""
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(axe)
    return [str(one) for one in page.evaluate(_RUN)]


def look(page: Page, axe: str, name: str) -> list[str]:
    """The violations, and a picture for people to look at."""
    ARTEFACTS.mkdir(exist_ok=True)
    page.evaluate(_STILL)
    page.screenshot(path=ARTEFACTS / f"{name}.png")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    return violations(page, axe)


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("language", ["ar", "en"])
def test_no_state_of_the_page_keeps_anybody_out(
    browser: Browser, axe: str, address: str, language: str, width: int
) -> None:
    found: dict[str, list[str]] = {}
    with opened(browser, address, language=language, width=width) as watched:
        for name, enter in STATES.items():
            enter(watched.page, language)
            found[name] = look(watched.page, axe, f"{language}-{width}-light-{name}")
    assert {name: told for name, told in found.items() if told} == {}


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("language", ["ar", "en"])
def test_no_sheet_keeps_anybody_out(browser: Browser, axe: str, real: str, language: str, width: int) -> None:
    found: dict[str, list[str]] = {}
    with opened(browser, real, language=language, width=width) as watched:
        page = watched.page
        names = [
            str(button.get_attribute("data-opens")) for button in page.locator("#header [data-opens]").all()
        ]
        assert names
        for name in names:
            page.locator(f"#header [data-opens={name}]").click()
            expect(page.locator(f"#{name} .sheet-body:not([aria-busy])")).not_to_be_empty()
            found[name] = look(page, axe, f"{language}-{width}-light-{name}")
            page.keyboard.press("Escape")
            expect(page.locator(".sheet[open]")).to_have_count(0)
    assert {name: told for name, told in found.items() if told} == {}


def test_it_would_be_found(browser: Browser, axe: str, address: str) -> None:
    page = browser.new_page()
    go(Watched(page), address)
    page.evaluate("document.querySelector('#talk').insertAdjacentHTML('beforeend', '<button></button>')")
    assert any("button-name" in told for told in violations(page, axe))
    page.close()


def test_the_login_page_keeps_only_those_without_a_password_out(browser: Browser, axe: str) -> None:
    with serving(FakeAssistant(), password="user:password") as address:
        page = browser.new_page(locale="ar")
        page.goto(address)
        page.locator("[name=password]").fill("wrong")
        page.locator("[name=user]").fill("wrong")
        page.keyboard.press("Enter")
        page.locator(".wrong").wait_for()
        assert violations(page, axe) == []
        page.close()
