"""The public JSON of answers, searches and reports. Scripts depend on these keys: they only ever grow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rag.schema import Answer, Citation, Hit, Place, Retrieval, SourceInfo, SyncReport


def answer_json(answer: Answer) -> dict[str, Any]:
    """What `rag ask --json` prints."""
    return {
        "question": answer.question,
        "language": answer.language,
        "engine": answer.engine,
        "answer": answer.text,
        "refused": answer.refused,
        "reason": answer.reason,
        "claims": [
            {
                "text": claim.text,
                "status": claim.status,
                "citations": list(claim.citations),
                "reason": claim.reason,
                "support": round(claim.support, 4),
            }
            for claim in answer.claims
        ],
        "citations": [_citation_json(citation) for citation in answer.citations],
        "conflicts": [
            {
                "about": conflict.about,
                "values": [
                    {"value": value.value, "citations": list(value.citations)} for value in conflict.values
                ],
            }
            for conflict in answer.conflicts
        ],
        "nearest": [hit_json(hit) for hit in answer.nearest],
        "answerability": round(answer.answerability, 4),
        "notice": answer.notice,
        "timings": {stage: round(seconds, 4) for stage, seconds in answer.timings.items()},
    }


def search_json(retrieval: Retrieval) -> dict[str, Any]:
    """What `rag search --json` prints."""
    return {
        "question": retrieval.question,
        "language": retrieval.language,
        "answerability": round(retrieval.answerability, 4),
        "hits": [hit_json(hit) for hit in retrieval.hits],
    }


def hit_json(hit: Hit) -> dict[str, Any]:
    """One hit of a search."""
    passage, best = hit.passage, hit.best_sentence
    return {
        "source": passage.source,
        "title": passage.title,
        "page": passage.page,
        "start": passage.start,
        "end": passage.end,
        "text": passage.text,
        "score": round(hit.score, 6),
        "best_sentence": {"start": best.start, "end": best.end, "text": best.text},
        "also_in": _places_json(hit.also_in),
        "ocr": passage.ocr,
    }


def sources_json(sources: Sequence[SourceInfo]) -> dict[str, Any]:
    """What `rag sources --json` prints."""
    return {"sources": [asdict(source) for source in sources]}


def report_json(report: SyncReport) -> dict[str, Any]:
    """What `rag sync --json` prints."""
    return {
        "added": list(report.added),
        "updated": list(report.updated),
        "unchanged": list(report.unchanged),
        "removed": list(report.removed),
        "failed": [
            {"path": failure.path, "reason": failure.en, "reason_ar": failure.ar} for failure in report.failed
        ],
        "passages": report.passages,
        "seconds": round(report.seconds, 3),
        "moved": [{"from": former, "to": present} for former, present in report.moved],
        "duplicates": [{"path": path, "source": source} for path, source in report.duplicates],
    }


def _citation_json(citation: Citation) -> dict[str, Any]:
    return {
        "n": citation.n,
        "source": citation.source,
        "title": citation.title,
        "page": citation.page,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "also_in": _places_json(citation.also_in),
        "ocr": citation.ocr,
    }


def _places_json(places: Sequence[Place]) -> list[dict[str, Any]]:
    return [asdict(place) for place in places]
