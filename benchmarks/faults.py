"""`kill -9` at random moments of the commands that write, and whether anything is lost.

    python -m benchmarks.faults [--kills 200] [--seed 7] [--json FILE]

A small folder changes, and `rag sync`, `rag remove`, `rag erase` and `rag rebuild` (also for another splitter) are
started as real processes and killed: a third at any moment, a third while they hold the data folder, a third after
they began to write. After each kill `rag search` has to answer, every source has to be there as it was before or as
it would have been after, and `rag doctor --deep` has to find that the three stores agree. In the end sources, passages
and search results have to be those of a clean build.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.changing import ChangingFolder
from benchmarks.comparing import differences, stored_texts
from benchmarks.homes import MODELS
from rag.index import read_owner

RAG = (sys.executable, "-c", "from rag.cli import main; main()")
# Far beyond what any of these commands takes: one that is still running hangs.
LIMIT_SECONDS = 120.0
POLL_SECONDS = 0.002
CHANGES = (1, 8)
REMOVED = (1, 3)
SHOWN_EVERY = 10
SPLITTERS = ("250", "120")
QUESTIONS = 40

STARTING, HOLDING, WRITING = PHASES = ("starting", "holding the folder", "writing")
SYNC, REMOVE, ERASE, REBUILD, RENEW = "sync", "remove", "erase", "rebuild", "rebuild, other splitter"
# How often each is killed, relative to the others.
SHARES = {SYNC: 55, REMOVE: 20, ERASE: 5, REBUILD: 8, RENEW: 12}


@dataclass(slots=True)
class Tally:
    """What became of one command: how often it was killed in each phase, and ended before. `left_seconds` is how long
    it goes on from the beginning of each phase when it is left alone."""

    killed: dict[str, int] = field(default_factory=lambda: dict.fromkeys(PHASES, 0))
    ended: int = 0
    left_seconds: dict[str, float] = field(default_factory=dict)

    @property
    def kills(self) -> int:
        """In all phases."""
        return sum(self.killed.values())


@dataclass(slots=True)
class Trial:
    """A data folder, the documents that it indexes, and what has been seen of them. `splitter` is the passage size
    with which the library answers."""

    home: Path
    folder: ChangingFolder
    generator: random.Random
    tallies: dict[str, Tally]
    splitter: str = SPLITTERS[0]
    problems: list[str] = field(default_factory=list)

    def run(self, *arguments: str, splitter: str = "") -> subprocess.CompletedProcess[str]:
        """A `rag` command, to its end. One that hangs is a problem, with exit code -1."""
        try:
            return subprocess.run(
                [*RAG, *arguments],
                env=self._environment(splitter or self.splitter),
                capture_output=True,
                encoding="utf-8",
                timeout=LIMIT_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return subprocess.CompletedProcess(arguments, -1, "", f"hangs for {LIMIT_SECONDS:.0f} s")

    def time_commands(self) -> None:
        """Run each command once, to know how long each phase of it takes."""
        for name, tally in self.tallies.items():
            self.folder.change(CHANGES[1])
            arguments, splitter, _ = self._prepare(name)
            process, begun = self._start(arguments, splitter), {PHASES[0]: time.monotonic()}
            while process.poll() is None:
                begun.setdefault(self._phase(process), time.monotonic())
                time.sleep(POLL_SECONDS)
            tally.left_seconds = {phase: time.monotonic() - moment for phase, moment in begun.items()}
            if process.returncode:
                self.problems.append(f"{name}, left alone: exit code {process.returncode}")
            self.splitter = splitter

    def kill_one(self) -> None:
        """Start a command on a folder that has changed, kill it, and look at what is left."""
        # The one that is furthest behind its share.
        name, tally = min(self.tallies.items(), key=lambda item: (item[1].kills + 1) / SHARES[item[0]])
        self.folder.change(self.generator.randint(*CHANGES))
        before = stored_texts(self.home)
        arguments, splitter, after = self._prepare(name)
        awaited = self.generator.choice(sorted(tally.left_seconds))
        process = self._start(arguments, splitter)
        while process.poll() is None and PHASES.index(self._phase(process)) < PHASES.index(awaited):
            time.sleep(POLL_SECONDS)
        deadline = time.monotonic() + self.generator.uniform(0, tally.left_seconds[awaited])
        while process.poll() is None and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)
        phase = self._phase(process)
        process.kill()
        if process.wait() == -signal.SIGKILL:
            tally.killed[phase] += 1
        else:
            tally.ended += 1
        self._look(f"after {name} was killed while {phase}", before, after, splitter)

    def _start(self, arguments: Sequence[str], splitter: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [*RAG, *arguments],
            env=self._environment(splitter),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def _phase(self, process: subprocess.Popen[bytes]) -> str:
        """How far a command has come."""
        owner = read_owner(self.home)
        if owner is None or owner.pid != process.pid:
            return STARTING
        # The copy of a rebuild has a log of its own.
        logs = (*self.home.glob("*-wal"), *self.home.glob("rebuild/*/*-wal"))
        return WRITING if any(_size(log) for log in logs) else HOLDING

    def _prepare(self, name: str) -> tuple[list[str], str, dict[str, str]]:
        """(arguments, passage size, source → text if the command is left to end)."""
        stored = stored_texts(self.home)
        if name == SYNC:
            return [SYNC, str(self.folder.root)], self.splitter, self.folder.texts()
        if name in {REMOVE, ERASE}:
            count = min(self.generator.randint(*REMOVED), len(stored) - 1)
            gone = self.generator.sample(sorted(stored), count)
            left = {source: text for source, text in stored.items() if source not in gone}
            return [name, *gone, *(["--yes"] if name == ERASE else [])], self.splitter, left
        other = SPLITTERS[1 - SPLITTERS.index(self.splitter)]
        return [REBUILD], other if name == RENEW else self.splitter, stored

    def _look(self, what: str, before: dict[str, str], after: dict[str, str], splitter: str) -> None:
        """The next command; every source, as it was or as it was to be, with all of its passages; the stores."""
        done = self.run("search", self.folder.question(), "--json")
        if done.returncode and splitter != self.splitter:
            self.splitter = splitter
            done = self.run("search", self.folder.question(), "--json")
        if self._expect(done, f"search {what}") and not json.loads(done.stdout)["hits"]:
            self.problems.append(f"search {what}: no hits")
        stored = stored_texts(self.home)
        kept = set(stored.values())
        for source in sorted(before.keys() | after.keys() | stored.keys()):
            was, to_be, now = before.get(source), after.get(source), stored.get(source)
            # What moved, or has a copy, may go by another name.
            if now not in {was, to_be} and not (now is None and {was, to_be} & kept):
                self.problems.append(f"{what}: {source} is neither what it was nor what it was to be")
        self.look_deep(what)

    def _expect(self, done: subprocess.CompletedProcess[str], what: str) -> bool:
        if done.returncode:
            self.problems.append(
                f"{what}: exit code {done.returncode}: {(done.stderr or done.stdout)[-400:]}"
            )
        return not done.returncode

    def look_deep(self, when: str) -> None:
        """`rag doctor --deep`, which must find nothing that is not good."""
        done = self.run("doctor", "--deep", "--json")
        if not self._expect(done, f"doctor {when}"):
            return
        # An unfinished rebuild is what a kill leaves, and says so.
        self.problems += [
            f"doctor {when}: {finding['en']}"
            for finding in json.loads(done.stdout)["findings"]
            if finding["state"] != "good" and finding["topic"] != "rebuild"
        ]

    def _environment(self, splitter: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("RAG_")}
        own = {"RAG_HOME": self.home, "RAG_CACHE": MODELS, "RAG_LLM": "extractive"}
        return kept | {name: str(value) for name, value in own.items()} | {"RAG_PASSAGE_TOKENS": splitter}


def run_trial(root: Path, kills: int, seed: int) -> tuple[Trial, float]:
    """All kills, and the comparison with a clean build in the end; with the seconds that a kill took."""
    generator = random.Random(seed)
    folder = ChangingFolder(root / "documents", generator)
    trial = Trial(root / "home", folder, generator, {})
    known = trial.run("--help").stdout
    trial.tallies.update({name: Tally() for name in SHARES if name.split(",")[0] in known})
    trial.run(SYNC, str(folder.root))
    trial.time_commands()
    started = time.monotonic()
    while (killed := sum(tally.kills for tally in trial.tallies.values())) < kills:
        trial.kill_one()
        if killed % SHOWN_EVERY == 0:
            print(f"{killed} of {kills} kills, {len(trial.problems)} problems", file=sys.stderr)
    seconds = (time.monotonic() - started) / kills
    if trial.splitter != SPLITTERS[0]:
        trial.splitter = SPLITTERS[0]
        trial._expect(trial.run(REBUILD), "the last rebuild")
    trial._expect(trial.run(SYNC, str(folder.root)), "the last sync")
    trial.look_deep("in the end")
    trial.problems += differences(trial.home, folder.root, [folder.question() for _ in range(QUESTIONS)])
    return trial, seconds


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, print one table, and return the exit code: 1 where anything was lost."""
    parser = argparse.ArgumentParser(
        description="Kill rag again and again, and see whether anything is lost."
    )
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--json", type=Path, help="write the figures here too")
    options = parser.parse_args(arguments)
    root = Path(tempfile.mkdtemp(prefix="faults-"))
    trial, seconds = run_trial(root, options.kills, options.seed)
    figures: dict[str, Any] = {
        "kills": options.kills,
        "seed": options.seed,
        "seconds_per_kill": round(seconds, 2),
        "commands": {name: asdict(tally) for name, tally in trial.tallies.items()},
        "problems": trial.problems,
    }
    print_table(figures)
    if options.json:
        options.json.write_text(json.dumps(figures, ensure_ascii=False, indent=1), encoding="utf-8")
    if trial.problems:
        print(f"kept for a look: {root}", file=sys.stderr)
        return 1
    shutil.rmtree(root)
    return 0


def print_table(figures: dict[str, Any]) -> None:
    """One row a command, then what was wrong."""
    print(f"| {'killed':<24} | {' | '.join(PHASES)} | ended before | alone, s |")
    print("|---|---|---|---|---|---|")
    for name, tally in figures["commands"].items():
        killed = " | ".join(str(tally["killed"][phase]) for phase in PHASES)
        print(f"| {name:<24} | {killed} | {tally['ended']} | {tally['left_seconds'][STARTING]:.1f} |")
    print(
        f"\n{figures['kills']} kills, {figures['seconds_per_kill']} s each; problems: {len(figures['problems'])}"
    )
    for problem in figures["problems"]:
        print(f"- {problem}")


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0


if __name__ == "__main__":
    raise SystemExit(main())
