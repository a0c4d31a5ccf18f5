"""What is remembered, behind one door.

    with Index.open(home, fingerprint=…, dimension=384) as index:
        index.nearest(vector, 50)

`library.sqlite` is the truth; `chroma/` and `keywords/` follow it and can be thrown away at any time.
"""

from rag.index.audit import Audit, audit
from rag.index.chats import Chat, ChatInfo, Chats, Message
from rag.index.check import Fault
from rag.index.files import Files, read_files
from rag.index.index import Index
from rag.index.lock import Owner, in_use, read_owner
from rag.index.peek import LibrarySummary, peek
from rag.index.renewal import unfinished_rebuilds
from rag.index.rows import FileStat, PassageKeys, Replacement, SourceStat, embedding_key

__all__ = [
    "Audit",
    "Chat",
    "ChatInfo",
    "Chats",
    "Fault",
    "FileStat",
    "Files",
    "Index",
    "LibrarySummary",
    "Message",
    "Owner",
    "PassageKeys",
    "Replacement",
    "SourceStat",
    "audit",
    "embedding_key",
    "in_use",
    "peek",
    "read_files",
    "read_owner",
    "unfinished_rebuilds",
]
