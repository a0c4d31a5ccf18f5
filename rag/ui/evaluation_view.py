"""The sheet of evaluation as HTML."""

from __future__ import annotations

from collections.abc import Sequence

from rag.errors import RagError
from rag.evaluate import METRICS, Comparison
from rag.evaluate.compare import Difference
from rag.evaluate.score import Metric
from rag.ui.evaluation_runs import EarlierRun, GoingRun, Run
from rag.ui.evaluation_tail import MAIN, Figure, figures_of
from rag.ui.markup import both, plain, sentence, unseen
from rag.ui.render import EXTRACTIVE, model_name
from rag.ui.words import WORDS

POLL_MILLISECONDS = 1200

_MINUTE, _HOUR = 60, 3600


def evaluation_html(
    going: GoingRun | None,
    earlier: Sequence[EarlierRun],
    *,
    has_sample: bool,
    told: str = "",
    wrong: str = "",
) -> str:
    """The whole body. `told` and `wrong` are HTML: what was just done, and what could not be."""
    note = f'<p class="told" role="status">{told}</p>' if told else ""
    top = going_html(going) if going else _new_run(has_sample)
    return f'<p class="lead">{both("evaluation_lead")}</p>{note}{wrong}{top}{_earlier(earlier, idle=going is None)}'


def going_html(going: GoingRun | None) -> str:
    """How far the run has come, to be asked for again; once it is over, the element that has the sheet drawn anew."""
    if going is None:
        return '<section id="evaluation-going" data-over></section>'
    progress = going.progress
    if progress is None:
        bar, facts = '<progress max="1"></progress>', [both("run_preparing")]
    else:
        bar = f'<progress max="{progress.total}" value="{progress.done}"></progress>'
        facts = [both("run_progress", done=f"{progress.done:,}", total=f"{progress.total:,}")]
        if progress.failed:
            facts.append(both("run_failed_rows", n=str(progress.failed)))
        if progress.remaining_seconds is not None:
            facts.append(_left(progress.remaining_seconds))
    stop = (
        f'<p class="hint">{both("run_stopping")}</p>'
        if going.stopping.is_set()
        else '<button type="button" id="evaluation-stop" class="quiet" data-post="/page/evaluation/stop">'
        f"{both('run_stop')}</button>"
    )
    figures = going.tail.figures()
    so_far = f"<h4>{both('so_far')}</h4>{_figures(figures)}" if figures else ""
    return (
        f'<section id="evaluation-going" class="run going" data-poll="{POLL_MILLISECONDS}" '
        f'data-get="/page/evaluation/going"><h3>{both("running", name=going.run.name)}</h3>'
        f'<p class="facts">{_with(going.run)}</p>{bar}<p class="facts">{" · ".join(facts)}</p>{so_far}{stop}</section>'
    )


def comparison_html(first: Run, second: Run, comparison: Comparison) -> str:
    """What changed from the first run to the second, by the main metrics."""
    rows = "".join(
        _compared(metric, comparison.metrics[metric.key])
        for metric in METRICS
        if metric.key in MAIN and metric.key in comparison.metrics
    )
    heads = "".join(
        f'<th scope="col">{both(key)}</th>' for key in ("metric", "before", "after", "difference")
    )
    links = _links(f"/page/evaluation/comparison?first={first.id}&second={second.id}&", "open_comparison")
    return (
        f'<section class="run comparison"><h3>{both("comparison")}</h3>'
        f'<p class="facts">{_named(first)} <span class="to" aria-hidden="true">→</span> {_named(second)} · '
        f"{both('compared', n=str(comparison.paired))}</p>"
        f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
        f'<p class="hint">{both("clear_hint")}</p><p class="actions">{links}</p></section>'
    )


def wrong_html(error: RagError) -> str:
    """Why something could not be done."""
    return f'<section class="card error" role="alert"><p>{sentence(error)}</p></section>'


def _new_run(has_sample: bool) -> str:
    sample = (
        f'<button type="button" class="quiet" data-post="/page/evaluation/sample">{both("start_sample")}</button>'
        if has_sample
        else ""
    )
    return (
        f'<section class="new-run"><h3>{both("new_run")}</h3><form id="evaluation-new">'
        '<div class="pick"><input type="file" id="evaluation-file" name="file" '
        'accept=".csv,.tsv,.txt,.json,.jsonl" aria-describedby="evaluation-picked">'
        f'<label for="evaluation-file" class="quiet">{both("choose_file")}</label>'
        f'<span id="evaluation-picked" class="picked">{both("no_file")}</span></div>'
        f'<div class="limit"><label for="evaluation-limit">{both("question_limit")}</label>'
        f'<input type="number" id="evaluation-limit" name="limit" min="1" inputmode="numeric" dir="ltr" '
        f'aria-describedby="evaluation-limit-hint"><span id="evaluation-limit-hint" class="hint">'
        f"{both('question_limit_hint')}</span></div>"
        f'<div class="buttons"><button type="submit" class="primary">{both("start_run")}</button>{sample}</div></form>'
        f'<details class="more" id="evaluation-help"><summary>{both("file_help")}</summary>'
        f"<p>{both('file_help_text')}</p>{_example()}</details></section>"
    )


def _example() -> str:
    """A file of questions in each language."""
    files = {
        "en": "question,answers,relevant\nWhen was the bridge opened?,1932,bridges.txt\nWho owns the bridge?,,",
        "ar": "السؤال,الجواب,المصدر\nمتى افتُتح الجسر؟,1932,جسور.txt\nمن يملك الجسر؟,,",
    }
    shown = "".join(
        f'<pre lang="{language}" dir="auto">{plain(text)}</pre>' for language, text in files.items()
    )
    return f'<div class="words">{shown}</div>'


def _earlier(earlier: Sequence[EarlierRun], *, idle: bool) -> str:
    head = f"<h3>{both('earlier_runs')}</h3>"
    if not earlier:
        return f'<section class="runs">{head}<p class="hint">{both("no_runs")}</p></section>'
    can_compare = sum(run.state == "done" for run in earlier) > 1
    compare = (
        f'<p class="hint">{both("compare_hint")}</p>'
        f'<button type="submit" class="quiet">{both("compare_two")}</button>'
        if can_compare
        else ""
    )
    listed = "".join(_run(run, can_compare=can_compare, idle=idle) for run in earlier)
    return (
        f'<section class="runs">{head}<form id="evaluation-compare" data-get="/page/evaluation/compare" '
        f'data-into="#evaluation-compared"><div id="evaluation-compared"></div>{compare}'
        f'<ul class="run-list">{listed}</ul></form></section>'
    )


def _run(earlier: EarlierRun, *, can_compare: bool, idle: bool) -> str:
    run, report = earlier.run, earlier.report
    facts, body, actions = [_state(earlier), _when(run)], "", ""
    if report is not None:
        facts += [both("run_questions", n=f"{report['questions']:,}"), _with(run)]
        if report["errors"]:
            facts.append(both("run_failed_rows", n=str(report["errors"])))
        figures = figures_of(report)
        body = _figures(figures) if figures else f'<p class="hint">{both("no_figures")}</p>'
        actions = _links(f"/page/evaluation/runs/{run.id}/report?", "open_report") + (
            f'<a class="quiet" download href="/page/evaluation/runs/{run.id}/report.json">{both("save_report")}</a>'
        )
    else:
        facts += [both("run_asked", done=f"{earlier.asked:,}", total=f"{run.questions:,}"), _with(run)]
        if run.error:
            body = f'<p class="why">{sentence(RagError(*run.error))}</p>'
        if idle:
            actions = (
                f'<button type="button" class="quiet" data-post="/page/evaluation/go-on" data-run="{run.id}">'
                f"{both('go_on')}</button>"
            )
    tick = (
        f'<label class="tick"><input type="checkbox" id="compare-{run.id}" name="run" '
        f'value="{run.id}">{unseen("compare_choose")}</label>'
        if can_compare and report is not None
        else ""
    )
    return (
        f'<li class="run">{tick}<div class="about"><h4><bdi>{plain(run.name)}</bdi></h4>'
        f'<p class="facts">{" · ".join(facts)}</p>{body}<div class="actions">{actions}{_delete(run)}</div></div></li>'
    )


def _delete(run: Run) -> str:
    return (
        f'<details class="delete" id="delete-{run.id}"><summary>{both("delete_run")}</summary>'
        f'<p class="hint">{both("delete_run_hint")}</p><button type="button" class="danger" '
        f'data-post="/page/evaluation/delete" data-run="{run.id}">{both("delete_sure")}</button></details>'
    )


def _state(earlier: EarlierRun) -> str:
    key = {"done": "run_done", "stopped": "run_stopped", "ended": "run_ended"}[earlier.state]
    return f'<span class="state {earlier.state}">{both(key)}</span>'


def _when(run: Run) -> str:
    shown = run.started.strftime("%Y-%m-%d %H:%M")
    return f'<time datetime="{plain(run.created_at)}"><bdi dir="ltr">{shown}</bdi></time>'


def _with(run: Run) -> str:
    if run.engine == EXTRACTIVE:
        return both("run_with_quotation")
    return both("run_with", engine=model_name(run.engine))


def _named(run: Run) -> str:
    return f"<bdi>{plain(run.name)}</bdi> {_when(run)}"


def _figures(figures: Sequence[Figure]) -> str:
    shown = "".join(
        f'<div class="figure"><dt>{_metric(one.metric)}</dt><dd><bdi dir="ltr">{one.value:.3f}</bdi>'
        f'<small><bdi dir="ltr">n {one.n}</bdi></small></dd></div>'
        for one in figures
    )
    return f'<dl class="figures">{shown}</dl>'


def _metric(metric: Metric) -> str:
    said = f'<span class="words"><span lang="en" dir="ltr">{plain(metric.en)}</span>'
    said += f'<span lang="ar" dir="rtl">{plain(metric.ar)}</span></span>'
    return said if metric.higher_is_better else f"{said} <small>({both('lower_is_better')})</small>"


def _compared(metric: Metric, found: Difference) -> str:
    values = "".join(f'<td><bdi dir="ltr">{value:.3f}</bdi></td>' for value in (found.before, found.after))
    gain = found.difference if metric.higher_is_better else -found.difference
    kind = ("better" if gain > 0 else "worse") if found.is_clear else ""
    change = f"{found.difference:+.3f}" if round(found.difference, 3) else "0.000"
    shown = f'<bdi dir="ltr">{change}</bdi>'
    told = f'<strong class="{kind}">{shown}</strong>' if kind else shown
    return f'<tr><th scope="row">{_metric(metric)}</th>{values}<td>{told}</td></tr>'


def _links(address: str, key: str) -> str:
    """A link for each language of the page: a report is written in one."""
    links = "".join(
        f'<a lang="{language}" class="quiet" target="_blank" rel="noopener" '
        f'href="{plain(address)}language={language}">{plain(words)}</a>'
        for language, words in zip(("en", "ar"), WORDS[key], strict=True)
    )
    return f'<span class="words">{links}</span>'


def _left(seconds: float) -> str:
    if seconds < _MINUTE:
        return both("left_seconds", n=str(max(1, round(seconds))))
    if seconds < _HOUR:
        return both("left_minutes", n=str(round(seconds / _MINUTE)))
    return both("left_hours", n=f"{seconds / _HOUR:.1f}")
