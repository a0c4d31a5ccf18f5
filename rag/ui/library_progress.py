"""How far adding documents has come, as HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rag.errors import RagError
from rag.schema import Failure, SyncReport
from rag.ui.library_adding import Folder, Snapshot
from rag.ui.library_failures import unsupported
from rag.ui.library_intake import Entry, State
from rag.ui.markup import both, either, icon, own, plain, sentence
from rag.ui.words import EXAMPLES

# While something is going on, the page asks again after so many milliseconds.
POLL_MILLISECONDS = 700
# Rows that are drawn: what failed and what is under way come first, and nobody reads a thousand.
MOST_ROWS = 40
# Rates and what is left are guesses before.
SECONDS_FOR_RATE = 3.0

# What is looked at first comes first.
_ORDER: tuple[State, ...] = (
    "failed",
    "reading",
    "coming",
    "arrived",
    "waiting",
    "updated",
    "copy",
    "unchanged",
    "added",
)
_OVER_ICONS: dict[State, str] = {
    "failed": "unsupported",
    "added": "done",
    "updated": "done",
    "unchanged": "done",
    "copy": "done",
}


def progress_html(now: Snapshot) -> str:
    """The part of the sheet that says how far it has come; it asks for itself again while something is going on."""
    poll = f' data-poll="{POLL_MILLISECONDS}" data-get="/page/library/adding"' if now.going else ""
    there = bool(now.entries or now.folders or now.unread)
    body = f"{_overall(now)}{_rows(now)}{_folders(now.folders)}" if there else ""
    hidden = "" if there else " hidden"
    return f'<div id="library-progress" data-changes="{now.changes}"{poll}{hidden}>{body}</div>'


def _overall(now: Snapshot) -> str:
    done = [entry for entry in now.entries if entry.is_over]
    if not now.going:
        return (
            f'<div class="overall"><p class="said" role="status">{_outcome(now)}</p>'
            f'<button type="button" class="quiet" data-post="/page/library/dismiss" data-into="#library-adding">'
            f"{both('adding_dismiss')}</button></div>"
        )
    folder = next((one for one in now.folders if not one.is_over), None)
    if folder and len(done) == len(now.entries):
        said = both("adding_folder", folder=folder.told) if folder.told else both("sample_title")
    else:
        said = both("adding_going", done=f"{len(done):,}", total=f"{len(now.entries):,}")
    share = _share(now, folder)
    return (
        f'<div class="overall"><p class="said" id="library-said">{said}</p>'
        f'<button type="button" class="quiet" data-post="/page/library/stop" data-into="#library-adding">'
        f"{both('adding_stop')}</button></div>"
        f'<progress max="100" aria-labelledby="library-said" value="{100 * share:.0f}">{100 * share:.0f}%</progress>'
        f"{_pace(now, share)}"
    )


def _outcome(now: Snapshot) -> str:
    """What came of the files, in numbers."""
    counts = {
        "adding_added": sum(entry.state in {"added", "updated"} for entry in now.entries),
        "adding_same": sum(entry.state in {"unchanged", "copy"} for entry in now.entries),
        "adding_failed": sum(entry.state == "failed" for entry in now.entries)
        + sum(map(len, now.unread.values())),
    }
    return _numbers(counts) or both("adding_finished")


def _numbers(counts: Mapping[str, int]) -> str:
    """Those that are not 0, each in the words of its key."""
    return " · ".join(both(key, n=f"{number:,}") for key, number in counts.items() if number)


def _share(now: Snapshot, folder: Folder | None) -> float:
    """How much is done, in [0, 1]: of files by bytes, half for sending and half for reading."""
    if folder and all(entry.is_over for entry in now.entries):
        return folder.progress.done if folder.progress else 0.0
    total = sum(max(1, entry.size) for entry in now.entries)
    reading = now.progress.done if now.progress else 0.0
    done = 0.0
    for entry in now.entries:
        size = max(1, entry.size)
        if entry.is_over:
            done += size
        elif entry.state == "reading":
            done += size * (1 + reading) / 2
        else:
            done += size * (entry.come / size) / 2
    return min(1.0, done / total) if total else 0.0


def _pace(now: Snapshot, share: float) -> str:
    """The rate, and how long it takes still, where that can be said."""
    said = []
    if now.waits:
        said.append(both("adding_waits"))
    rate = now.progress.passages_per_second if now.progress else None
    if rate:
        said.append(both("adding_rate", rate=f"{rate:,.0f}"))
    left = _left(now, share)
    if left is not None and not now.waits:
        said.append(_duration(left))
    return f'<p class="hint">{" · ".join(said)}</p>' if said else ""


def _left(now: Snapshot, share: float) -> float | None:
    if now.progress and all(entry.is_over for entry in now.entries):
        return now.progress.remaining_seconds
    if now.seconds < SECONDS_FOR_RATE or not 0 < share < 1:
        return None
    return now.seconds * (1 - share) / share


def _duration(seconds: float) -> str:
    if seconds < 60:
        return both("adding_left_seconds")
    if seconds < 3600:
        return both("adding_left_minutes", n=f"{seconds / 60:.0f}")
    return both("adding_left_hours", n=f"{seconds / 3600:.1f}")


def _rows(now: Snapshot) -> str:
    entries = sorted(now.entries, key=lambda entry: _ORDER.index(entry.state))
    rows = [_row(entry) for entry in entries[:MOST_ROWS]]
    rows += [_unread(suffix, names) for suffix, names in now.unread.items()]
    more = len(entries) - MOST_ROWS
    rest = f'<p class="hint">{both("adding_more", n=f"{more:,}")}</p>' if more > 0 else ""
    return f'<ul class="entries" tabindex="0">{"".join(rows)}</ul>{rest}' if rows else ""


def _row(entry: Entry) -> str:
    percent = f"{100 * entry.come // max(1, entry.size)}"
    state = both(f"state_{entry.state}", percent=percent, other=entry.other)
    why = f'<span class="why">{sentence(entry.problem)}</span>' if entry.problem else ""
    drawn = (
        icon(_OVER_ICONS[entry.state]) if entry.is_over else '<span class="dot" aria-hidden="true"></span>'
    )
    # What is wrong with a file begins with its name.
    said = "" if entry.state == "failed" else f'{path_html(entry.name)} <span class="state">{state}</span>'
    return f'<li class="entry {entry.state}">{drawn}<div>{said}{why}</div></li>'


def path_html(name: str) -> str:
    """The name of a file with its folders, which are read from left to right whatever each of them is written in."""
    parts = "/<wbr>".join(f"<bdi>{plain(part)}</bdi>" for part in name.split("/"))
    return f'<span class="name" dir="ltr">{parts}</span>'


def _unread(suffix: str, names: Sequence[str]) -> str:
    """Files of a kind that is not read: the reason stands once."""
    more = f" {both('adding_more_kind', n=f'{len(names) - 1:,}')}" if len(names) > 1 else ""
    why = f'<span class="why">{sentence(unsupported(names[0], suffix))}{more}</span>'
    return f'<li class="entry failed">{icon("unsupported")}<div>{why}</div></li>'


def _folders(folders: Sequence[Folder]) -> str:
    return "".join(_folder(folder) for folder in folders if folder.is_over)


def _folder(folder: Folder) -> str:
    told = path_html(folder.told) if folder.told else both("sample_title")
    if folder.report is None:
        problem = folder.problem or RagError("", "")
        return f'<div class="folder"><p class="said">{told}</p><p class="why">{sentence(problem)}</p></div>'
    asked = _examples() if not folder.told else ""
    return f'<div class="folder"><p class="said">{told}</p>{_report(folder.report)}{asked}</div>'


def _report(report: SyncReport) -> str:
    counts = {
        "folder_added": len(report.added) + len(report.moved),
        "folder_updated": len(report.updated),
        "folder_unchanged": len(report.unchanged) + len(report.duplicates),
        "folder_removed": len(report.removed),
        "folder_failed": len(report.failed),
    }
    said = _numbers(counts) or both("folder_empty")
    failures = "".join(_failure(one) for one in report.failed[:MOST_ROWS])
    more = len(report.failed) - MOST_ROWS
    rest = f'<p class="hint">{both("adding_more", n=f"{more:,}")}</p>' if more > 0 else ""
    listed = f'<ul class="entries" tabindex="0">{failures}</ul>{rest}' if failures else ""
    return f'<p class="hint" role="status">{said}</p>{listed}'


def _failure(failure: Failure) -> str:
    why = f'<span class="why">{either(failure.en, failure.ar)}</span>'
    return f'<li class="entry failed">{icon("unsupported")}<div>{why}</div></li>'


def _examples() -> str:
    """Questions about the sample articles; library.js puts one into the question box."""
    asked = "".join(
        f'<button type="button" class="example-question" data-question="{plain(example)}" {own(example)}>'
        f"{plain(example)}</button>"
        for example in EXAMPLES
    )
    return f'<p class="said">{both("sample_ask")}</p><div class="examples">{asked}</div>'
