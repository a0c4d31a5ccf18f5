"""A run that is killed again and again ends with the report of one that never was: with real processes, and SIGKILL."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

COUNT = 120
KILLS = 10

# Answers depend on the question alone; what was asked is noted, to see that nothing finished is asked again. After each
# row the run waits for a line before it hands out more work, so that it cannot come to its end before it is killed.
RUN = """
import sys
from pathlib import Path
from rag.evaluate import Question, run_evaluation
from tests.evaluate.building import answer, citation, refusal, retrieval, hit

out, asked = Path(sys.argv[1]), open(sys.argv[2], "a", encoding="utf-8")
questions = [
    Question(str(n), f"سؤال {n}؟", "ar", (str(n % 7),), tags=(f"t{n % 3}",), answerable=n % 5 > 0)
    for n in range(int(sys.argv[3]))
]

def reply(question):
    asked.write(question + "\\n")
    asked.flush()
    n = int(question[5:-1])
    return answer(f"الجواب {n % 4}.", citations=[citation("a.txt")]) if n % 6 else refusal()

def told(progress):
    print(progress.done, flush=True)
    sys.stdin.readline()

run_evaluation(
    questions,
    answer=reply,
    search=lambda question: retrieval(question, hit("a.txt", "جملة " * 500)),
    out=out,
    settings={"top_k": 6},
    workers=2,
    on_progress=told,
)
"""


def start(out: Path, asked: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", RUN, str(out), str(asked), str(COUNT)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )


def finish(out: Path, asked: Path) -> dict[str, Any]:
    with start(out, asked) as process:
        process.communicate()
    assert process.returncode == 0
    report: dict[str, Any] = json.loads((out / "report.json").read_text(encoding="utf-8"))
    timed = {"created_at", "seconds", "costs"}
    return {key: value for key, value in report.items() if key not in timed}


def rows(out: Path) -> list[dict[str, Any]]:
    lines = (out / "rows.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) | {"seconds": None, "costs": None} for line in lines]


def test_killed_ten_times(tmp_path: Path) -> None:
    killed, asked = tmp_path / "killed", tmp_path / "asked"
    source = random.Random(11)
    done = 0
    for _ in range(KILLS):
        with start(killed, asked) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            before, done = done, int(process.stdout.readline())
            assert done >= before
            for _ in range(source.randint(1, 6)):
                process.stdin.write("\n")
                process.stdin.flush()
                done = int(process.stdout.readline())
            process.send_signal(signal.SIGKILL)
        assert process.returncode == -signal.SIGKILL
        assert not (killed / "report.json").exists()
    assert 0 < done < COUNT
    whole = finish(tmp_path / "whole", tmp_path / "asked once")
    assert finish(killed, asked) == whole
    assert rows(killed) == rows(tmp_path / "whole")
    assert whole["questions"] == COUNT
    # Asked again is at most what was in the air at a kill, with its neighbour: two workers, ten kills.
    assert COUNT <= len(asked.read_text(encoding="utf-8").splitlines()) <= COUNT + 2 * KILLS
