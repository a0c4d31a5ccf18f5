"""Answers, citations and refusals, measured on your own questions: a file of questions → rows → a report."""

from rag.evaluate.compare import Comparison, compare_runs, comparison_table
from rag.evaluate.datasets import Question, Relevant, load_questions
from rag.evaluate.report import Report, report_table
from rag.evaluate.run import SEARCH_DEPTH, Progress, evaluate_file, run_evaluation

__all__ = [
    "SEARCH_DEPTH",
    "Comparison",
    "Progress",
    "Question",
    "Relevant",
    "Report",
    "compare_runs",
    "comparison_table",
    "evaluate_file",
    "load_questions",
    "report_table",
    "run_evaluation",
]
