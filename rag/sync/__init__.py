"""The story of indexing: files → library, in one pass that can be stopped and taken up again.

    plan.py       what there is to do: which files are new, changed, moved, copies or gone
    places.py     which name each file goes by
    run.py        doing it; or, for `preview`, only saying it
    reading.py    files → the documents that are new, changed, or as they were
    writer.py     documents → passages, vectors, library
    progress.py   how far it has come
    watching.py   when to do it again
    memory.py     giving memory back in between

A source appears whole or not at all. Vectors are stored as they are made, so what was embedded before an
interruption is not embedded again.
"""

from rag.sync.limits import Limits
from rag.sync.progress import SyncProgress
from rag.sync.run import preview, sync
from rag.sync.watching import watch
from rag.sync.writer import put_back, resync_stale, searched_text

__all__ = ["Limits", "SyncProgress", "preview", "put_back", "resync_stale", "searched_text", "sync", "watch"]
