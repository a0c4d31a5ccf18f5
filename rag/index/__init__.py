"""What is remembered, behind one door.

    with Index.open(home, fingerprint=…, dimension=384) as index:
        index.nearest(vector, 50)

`library.sqlite` is the truth; `chroma/` and `keywords/` follow it and can be thrown away at any time.
"""

from rag.index.aside import Aside, KeptSource, Removal
from rag.index.audit import Audit, audit
from rag.index.chats import AskedQuestion, Chat, ChatInfo, Chats, Choice, Message, Rating
from rag.index.check import Fault
from rag.index.files import Files, read_files
from rag.index.index import Index
from rag.index.lock import Owner, in_use, read_owner
from rag.index.outlines import Outline, Outlines
from rag.index.peek import LibrarySummary, peek
from rag.index.renewal import unfinished_rebuilds
from rag.index.rows import FileStat, PassageKeys, Replacement, SourceStat, embedding_key
from rag.index.uploads import Uploads, discard_upload, is_hidden, is_upload, safe_name

__all__ = [
    "Aside",
    "AskedQuestion",
    "Audit",
    "Chat",
    "ChatInfo",
    "Chats",
    "Choice",
    "Fault",
    "FileStat",
    "Files",
    "Index",
    "KeptSource",
    "LibrarySummary",
    "Message",
    "Outline",
    "Outlines",
    "Owner",
    "PassageKeys",
    "Rating",
    "Removal",
    "Replacement",
    "SourceStat",
    "Uploads",
    "audit",
    "discard_upload",
    "embedding_key",
    "in_use",
    "is_hidden",
    "is_upload",
    "peek",
    "read_files",
    "read_owner",
    "safe_name",
    "unfinished_rebuilds",
]
