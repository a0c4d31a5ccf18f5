"""The page and its server under people: `python -m benchmarks.page [load start long] [--json FILE]`.

    load     twenty people at once ask five questions each over the sample articles, of the engine that quotes: through
             the HTTP API, and as the page does. None may fail, and 95 % of the answers come within 2 s
    start    from the line in which `rag serve` names its address until the page's question box, in Chromium, has taken
             a letter. At most 3 s, of three starts the slowest
    long     an answer of 2,000 tokens, from a stand-in for Ollama on loopback that writes 100 tokens a second, is
             shown in Chromium. Work is what the browser's main thread did for it (CDP: TaskDuration), divided by the
             updates of the text, over its last tenth: at most 50 ms. Beside it, the longest task (Long Tasks API)

Everything runs on loopback, is bounded in number and time, and ends by itself. `start` and `long` need Chromium and
the development requirements. Exits with 1 where a bar is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.homes import COMMAND, MODELS, ROOT, settings_of
from benchmarks.talker import MODEL, talking
from benchmarks.visitors import Load, through_api, through_page, visit
from rag.pipeline import make_embedder, open_index, sync_paths

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PARTS = ("load", "start", "long")
PEOPLE, QUESTIONS_EACH = 20, 5
MOST_SECONDS_P95 = 2.0
MOST_SECONDS_TO_START = 3.0
STARTS = 3
TOKENS, TOKENS_PER_SECOND = 2000, 100.0
MOST_MS_PER_UPDATE = 50.0
LAST_SHARE = 0.1
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
LIMIT_MS = 120_000.0

# Counts the updates of the text and remembers the longest task since it was last asked.
_WATCH = """
() => {
  window.__updates = 0;
  window.__longest = 0;
  let length = 0;
  new MutationObserver(() => {
    const now = document.querySelector("#live-text")?.textContent.length || 0;
    if (now !== length) { length = now; window.__updates += 1; }
  }).observe(document.body, { childList: true, characterData: true, subtree: true });
  new PerformanceObserver((list) => {
    for (const task of list.getEntries()) window.__longest = Math.max(window.__longest, task.duration);
  }).observe({ type: "longtask", buffered: false });
}
"""


@contextmanager
def serve(home: Path, **settings: str) -> Iterator[tuple[str, float]]:
    """`rag serve` over a home, for as long as the block lasts: its address, and when it told it."""
    given = {"RAG_HOME": home, "RAG_CACHE": MODELS, "RAG_PORT": 0, "RAG_LLM": "extractive"} | settings
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RAG_")}
    program = "from rag.cli import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", program, "serve"],
        env=kept | {name: str(value) for name, value in given.items()},
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        try:
            assert process.stdout is not None
            found = re.search(r"http://\S+", process.stdout.readline())
            told = time.perf_counter()
            if not found:
                raise RuntimeError("`rag serve` did not start")
            yield found[0], told
        finally:
            process.terminate()


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser of the system's."""
    from playwright.sync_api import sync_playwright

    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if path is None:
        raise SystemExit(
            "No Chromium found. Install it with scripts/ensure_browser.py, or measure `load` alone."
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


def read_questions() -> list[str]:
    """Those about the sample articles."""
    lines = (ROOT / "seeds" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["question"] for line in lines]


def measure_load(home: Path) -> dict[str, Any]:
    """Twenty people, by each way of asking."""
    figures: dict[str, Any] = {}
    with serve(home) as (address, _):
        for name, visitor in (("api", through_api), ("page", through_page)):
            visit(address, read_questions(), visitor, people=2, each=1)  # what is only done once is done
            figures[name] = _shown(
                name, visit(address, read_questions(), visitor, people=PEOPLE, each=QUESTIONS_EACH)
            )
    return figures


def _shown(name: str, load: Load) -> dict[str, Any]:
    p50, p95, slowest = load.quantile(0.5), load.quantile(0.95), max(load.seconds)
    print(
        f"load, {name:4}  {len(load.seconds)} questions of {PEOPLE} people in {load.took:.1f} s: "
        f"p50 {p50:.2f} s, p95 {p95:.2f} s, slowest {slowest:.2f} s, failed {len(load.failures)}"
    )
    for problem in sorted(set(load.failures)):
        print(f"            {problem}")
    return {
        "questions": len(load.seconds),
        "seconds": round(load.took, 2),
        "p50": round(p50, 3),
        "p95": round(p95, 3),
        "slowest": round(slowest, 3),
        "failures": load.failures,
        "is_met": not load.failures and p95 < MOST_SECONDS_P95,
    }


def measure_start(home: Path) -> dict[str, Any]:
    """Until the page can be typed into."""
    seconds = []
    with chromium() as browser:
        for _ in range(STARTS):
            with serve(home) as (address, told):
                page = browser.new_context(locale="ar").new_page()
                page.goto(address)
                page.locator("#question textarea").press_sequentially("م")
                seconds.append(time.perf_counter() - told)
                page.context.close()
    print("start       " + ", ".join(f"{one:.2f} s" for one in seconds))
    return {"seconds": [round(one, 3) for one in seconds], "is_met": max(seconds) < MOST_SECONDS_TO_START}


def measure_long(home: Path) -> dict[str, Any]:
    """The browser's work for a long answer while it is written."""
    with (
        talking(TOKENS, per_second=TOKENS_PER_SECOND) as model,
        serve(home, RAG_LLM=f"ollama:{MODEL}", RAG_LLM_URL=model, RAG_TRANSLATE_QUESTION="false") as (
            address,
            _,
        ),
        chromium() as browser,
    ):
        page = browser.new_page(locale="ar", viewport={"width": 1280, "height": 800})
        page.goto(address)
        page.locator("#question textarea").fill(read_questions()[0])
        page.evaluate(_WATCH)
        page.locator("#question textarea").press("Enter")
        work = _worker(page)
        words = int(TOKENS * (1 - LAST_SHARE))
        page.wait_for_function(
            "words => (document.querySelector('#live-text')?.textContent || '').split(/\\s+/).length > words",
            arg=words,
            timeout=LIMIT_MS,
        )
        page.evaluate("() => { window.__updates = 0; window.__longest = 0; }")
        before = work()
        time.sleep(TOKENS * LAST_SHARE / TOKENS_PER_SECOND * 0.8)
        updates, longest = page.evaluate("[window.__updates, window.__longest]")
        ms = 1000 * (work() - before) / max(1, updates)
        page.locator("#live .claim").first.wait_for(timeout=LIMIT_MS)
    print(
        f"long        {TOKENS} tokens: {ms:.1f} ms of the browser's main thread per update over the last "
        f"{updates} updates; longest task {f'{longest:.0f} ms' if longest else 'below 50 ms'}"
    )
    return {
        "ms_per_update": round(ms, 2),
        "updates": updates,
        "longest_task_ms": longest,
        "is_met": updates > 0 and ms < MOST_MS_PER_UPDATE,
    }


def _worker(page: Page) -> Callable[[], float]:
    """Seconds that the page's main thread has worked until now."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")

    def seconds() -> float:
        metrics = session.send("Performance.getMetrics")["metrics"]
        return float(next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration"))

    return seconds


def main() -> int:
    """Print the figures; 0 where every bar is met."""
    parser = argparse.ArgumentParser(description="The page and its server under people.")
    parser.add_argument("parts", nargs="*", default=list(PARTS), help=f"of {', '.join(PARTS)} (default all)")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    arguments = parser.parse_args()
    measures = {"load": measure_load, "start": measure_start, "long": measure_long}
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_of(Path(folder))
        embedder = make_embedder(settings)
        with open_index(settings, embedder, command=COMMAND) as index:
            sync_paths(settings, index, embedder, [ROOT / "seeds"])
        for part in arguments.parts:
            figures[part] = measures[part](settings.home)
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    met = [
        one["is_met"]
        for part in figures.values()
        for one in (part.values() if "is_met" not in part else [part])
    ]
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
