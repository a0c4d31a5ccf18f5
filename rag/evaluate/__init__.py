"""Answers, citations and refusals, measured on your own questions: a file of questions → rows → a report.

Questions
    datasets.py    a file → Questions (csv_rows.py: as spreadsheets write it; fields.py: what a row may say)
    making.py      questions proposed from one's own documents (gaps.py: sentences with something taken out)
    catalogue.py   public sets, where they live (fetch.py: gets one; squad.py: converts it)
A run
    run.py         the story: questions → rows on disk → a report
    asking.py      one question or several at a time, each marked and written where it is made
    rows.py        rows on disk, so that nothing is asked twice
    provenance.py  the code, models and machine that made it
Marks
    metrics.py     what is measured, one definition each (matching.py: when words count as the same)
    citations.py   recall and precision of citations, claim by claim
    judge.py       a chat model as a judge, and how far it agrees
    usage.py       seconds and tokens
    score.py       all of them, for one question
Results
    report.py      means by slice (slices.py), each with its doubt (doubt.py)
    compare.py     two runs, paired by question
    limits.py      what makes CI fail
    sweeping.py    several settings beside each other
    table.py       all of these in a terminal
    html.py        and as a page, in one file (html_*.py, plots.py)
    batch.py       the answers alone, as a file
"""

from rag.evaluate.asking import Measuring
from rag.evaluate.compare import Comparison, Difference, Flip, compare_runs
from rag.evaluate.datasets import QuestionFile, load_questions, read_questions
from rag.evaluate.fields import Question, Relevant
from rag.evaluate.limits import FailedLimit, check_limits, failed_drops, failed_limits
from rag.evaluate.provenance import Provenance, public_settings
from rag.evaluate.report import Report, Score
from rag.evaluate.rows import Row, read_report, read_rows
from rag.evaluate.run import SEARCH_DEPTH, Progress, evaluate_assistant, evaluate_file, run_evaluation
from rag.evaluate.score import COSTS, METRICS, Metric
from rag.evaluate.sweeping import Sweep, setting_grid, sweep
from rag.evaluate.table import comparison_table, flips_table, report_table, sweep_table
from rag.evaluate.usage import RunStoppedError

__all__ = [
    "COSTS",
    "METRICS",
    "SEARCH_DEPTH",
    "Comparison",
    "Difference",
    "FailedLimit",
    "Flip",
    "Measuring",
    "Metric",
    "Progress",
    "Provenance",
    "Question",
    "QuestionFile",
    "Relevant",
    "Report",
    "Row",
    "RunStoppedError",
    "Score",
    "Sweep",
    "check_limits",
    "compare_runs",
    "comparison_table",
    "evaluate_assistant",
    "evaluate_file",
    "failed_drops",
    "failed_limits",
    "flips_table",
    "load_questions",
    "public_settings",
    "read_questions",
    "read_report",
    "read_rows",
    "report_table",
    "run_evaluation",
    "setting_grid",
    "sweep",
    "sweep_table",
]
