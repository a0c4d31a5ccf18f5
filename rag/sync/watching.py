"""When to sync again: something changed below what is watched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from rag.discover import IGNORE_FILE

# Changes come in bursts: a sync begins when none has come for this long, or after the second while they go on.
QUIET_MS = 400
BURST_MS = 5000
# How often `watch` comes back when nothing happens, so that what could not be done can be tried again.
IDLE_MS = 5000


def watch(paths: Sequence[Path], *, leave_out: Path) -> Iterator[bool]:
    """True soon after it begins, for what may have changed before, and after each burst of changes to the files of
    `paths`; False now and then in between. Ends with Ctrl-C.

    Hidden files do not count, but `.ragignore` does; neither does anything in `leave_out`, the data folder. Files are
    watched through their folders, since many programs save a file by putting another one in its place.
    """
    import watchfiles

    folders = [path.absolute() for path in paths if path.is_dir()]
    files = {path.absolute() for path in paths if not path.is_dir()}

    def counts(_: watchfiles.Change, changed: str) -> bool:
        path = Path(changed)
        if path in files:
            return True
        return not path.is_relative_to(leave_out) and any(
            path.is_relative_to(folder) and _is_shown(path.relative_to(folder)) for folder in folders
        )

    may_have_changed = True
    roots = {*folders, *(file.parent for file in files if file.parent.is_dir())}
    for changes in watchfiles.watch(
        *roots,
        watch_filter=counts,
        debounce=BURST_MS,
        step=QUIET_MS,
        rust_timeout=IDLE_MS,
        yield_on_timeout=True,
        raise_interrupt=True,
    ):
        yield bool(changes) or may_have_changed
        may_have_changed = False


def _is_shown(path: Path) -> bool:
    *folders, name = path.parts or ("",)
    return not any(one.startswith(".") for one in folders) and (
        name == IGNORE_FILE or not name.startswith(".")
    )
