"""`rag eval run`, `compare` and `sweep`: questions of your own, asked and scored.

Exit codes: 0; 1 for an error; 3 where a limit that was given (--fail-if, --max-drop) does not hold; 130 for Ctrl-C.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.cli_asking import Corpus, Lang, Llm, Questions, Workers, asking, page_language
from rag.cli_common import AsJson, Home, print_json
from rag.errors import DatasetError, SettingsError
from rag.settings import load_settings
from rag.terminal_eval import EvalTerminal

if TYPE_CHECKING:
    from rag.evaluate import FailedLimit, Report
    from rag.generate import ChatEngine

LIMIT_FAILED = 3

RUNS = Path("rag-eval")
"""Where runs go that are given no folder."""

SAMPLE = Path(__file__).resolve().parents[1] / "seeds"
"""The sample corpus and its questions, which come with the repository."""

# Settings that an index is made of: other values need an index of their own.
_INDEX_SETTINGS = ("embedding_model", "passage_tokens", "overlap_sentences")
_DIGEST_DIGITS = 8

evaluation = typer.Typer(
    help="Measure answers, citations and refusals on your own questions.", no_args_is_help=True
)


@evaluation.command("run")
def run_command(
    questions: Annotated[
        Path | None,
        typer.Argument(
            help="JSON Lines or CSV; only a `question` column is required. Without it, the sample questions."
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", help="Folder for rows and reports; a stopped run goes on. Default: rag-eval/<name>."
        ),
    ] = None,
    corpus: Corpus = None,
    llm: Llm = None,
    judge: Annotated[
        str | None, typer.Option("--judge", help="A chat model that judges answers besides: ollama:<model> …")
    ] = None,
    workers: Workers = 1,
    fail_if: Annotated[
        list[str] | None,
        typer.Option("--fail-if", help="End with exit code 3 if this holds: 'ndcg@10<0.9'; repeatable."),
    ] = None,
    html: Annotated[
        bool, typer.Option("--html/--no-html", help="Write report.html, one file to read.")
    ] = True,
    lang: Lang = None,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Answer every question of a file and score retrieval, answers, citations and refusals."""
    from rag.evaluate import check_limits, evaluate_assistant, failed_limits, read_report, read_rows
    from rag.evaluate.html import write_html
    from rag.evaluate.reading import make_results_folder

    terminal = EvalTerminal()
    check_limits(fail_if or [])
    if questions is None:
        questions, corpus = _sample(corpus if corpus or home is None else [])
    out = out or RUNS / (SAMPLE.name if questions.parent == SAMPLE else questions.stem)
    settings = load_settings(home=_home(home, corpus, out), llm=llm)
    judging = _open_judge(judge)
    make_results_folder(out)
    with asking(settings, terminal, "rag eval run", corpus) as assistant:
        with terminal.counting() as counted:
            report = evaluate_assistant(
                questions,
                assistant=assistant,
                settings=settings,
                out=out,
                judge=judging,
                workers=workers,
                on_progress=counted,
            )
        page = None
        if html:
            language = page_language(lang, terminal)
            page = write_html(out, read_report(out), read_rows(out), language, assistant.page_text)
    if as_json:
        print_json(report.as_json())
    else:
        terminal.evaluation(report)
        terminal.written(page or out)
    _end(failed_limits(report, fail_if or []), terminal)


@evaluation.command("compare")
def compare_command(
    first: Annotated[Path, typer.Argument(metavar="A", help="Folder of one run.")],
    second: Annotated[Path, typer.Argument(metavar="B", help="Folder of another run of the same questions.")],
    max_drop: Annotated[
        list[str] | None,
        typer.Option(
            "--max-drop",
            help="End with exit code 3 if B is worse by more: 'ndcg@10=0.02', or 0.02 for every metric; repeatable.",
        ),
    ] = None,
    html: Annotated[
        Path | None, typer.Option("--html", help="Also write the comparison as a page, to this file.")
    ] = None,
    lang: Lang = None,
    as_json: AsJson = False,
) -> None:
    """Compare two runs question by question: differences, how sure they are, and the questions that changed."""
    from rag.evaluate import compare_runs, failed_drops, read_rows
    from rag.evaluate.html_compare import write_comparison_html

    terminal = EvalTerminal()
    comparison = compare_runs(first, second)
    if html:
        before, after = ((str(folder), read_rows(folder)) for folder in (first, second))
        write_comparison_html(html, comparison.as_json(), before, after, page_language(lang, terminal))
    if as_json:
        print_json(comparison.as_json())
    else:
        terminal.comparison(comparison)
        if html:
            terminal.written(html)
    _end(failed_drops(comparison, max_drop or []), terminal)


@evaluation.command("sweep")
def sweep_command(
    questions: Questions,
    changes: Annotated[
        list[str],
        typer.Option("--set", help="A setting and its values: top_k=4,6,8; repeatable, all are combined."),
    ],
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder of the runs. Default: rag-eval/<name>-sweep.")
    ] = None,
    corpus: Corpus = None,
    workers: Workers = 1,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Run the same questions under several settings, and set the results side by side."""
    from rag.evaluate import evaluate_assistant, setting_grid, sweep
    from rag.evaluate.reading import make_results_folder

    terminal = EvalTerminal()
    out = out or RUNS / f"{questions.stem}-sweep"

    def run(changed: Mapping[str, str], folder: Path) -> Report:
        own_home = _home(home, corpus, out, changed)
        settings = load_settings(**{"home": own_home, **changed})
        with (
            asking(settings, terminal, "rag eval sweep", corpus) as assistant,
            terminal.counting() as counted,
        ):
            return evaluate_assistant(
                questions,
                assistant=assistant,
                settings=settings,
                out=folder,
                workers=workers,
                on_progress=counted,
            )

    make_results_folder(out)
    swept = sweep(setting_grid(changes), run, out=out)
    if as_json:
        print_json(swept.as_json())
    else:
        terminal.swept(swept)


def _sample(corpus: list[Path] | None) -> tuple[Path, list[Path] | None]:
    """The sample questions, and the corpus they are about unless another is asked."""
    questions = SAMPLE / "questions.jsonl"
    if not questions.exists():
        raise DatasetError(
            en="The sample questions come with the repository and are not installed. Give a file: "
            "rag eval run QUESTIONS, or make one: rag eval new.",
            ar="أسئلة العيّنة تأتي مع المستودع وليست مثبّتة. أعط ملفًا: rag eval run QUESTIONS، أو أنشئ واحدًا: "
            "rag eval new.",
        )
    return questions, [SAMPLE] if corpus is None else corpus


def _home(
    home: Path | None, corpus: Sequence[Path] | None, out: Path, changed: Mapping[str, str] | None = None
) -> Path | None:
    """The library to ask: the one named, else one beside the results for a corpus, else the user's own. Settings that
    an index is made of get a library each."""
    parts = [f"{name}={changed[name]}" for name in _INDEX_SETTINGS if changed and name in changed]
    if not corpus:
        if parts:
            raise SettingsError(
                en=f"{', '.join(parts)} needs an index of its own. Say what to index with --corpus.",
                ar=f"الإعداد {'، '.join(parts)} يحتاج إلى فهرس خاص به. حدّد ما يُفهرس بالخيار --corpus.",
            )
        return home
    own = home or out / "home"
    return own / sha256("\n".join(parts).encode()).hexdigest()[:_DIGEST_DIGITS] if parts else own


def _open_judge(name: str | None) -> ChatEngine | None:
    from rag.pipeline import open_engine

    if name is None:
        return None
    engine = open_engine(load_settings(llm=name))
    if engine is None:
        raise SettingsError(
            en=f"'{name}' names no chat model that could judge. Use --judge ollama:<model> or openai:<model>.",
            ar=f"لا يسمّي «{name}» نموذج محادثة يحكم. استعمل --judge ollama:<model> أو openai:<model>.",
        )
    return engine


def _end(failed: Sequence[FailedLimit], terminal: EvalTerminal) -> None:
    """Name the limits that do not hold, and end with their exit code."""
    terminal.limits(failed)
    if failed:
        raise typer.Exit(LIMIT_FAILED)
