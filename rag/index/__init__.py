"""What is remembered, behind one door.

    with Index.open(home, fingerprint=…, dimension=384) as index:
        index.nearest(vector, 50)

`library.sqlite` is the truth; `chroma/` and `keywords/` follow it and can be thrown away at any time.
"""

from rag.index.chats import Chat, ChatInfo, Chats, Message
from rag.index.index import Index
from rag.index.lock import Owner, read_owner
from rag.index.peek import LibrarySummary, peek
from rag.index.rows import PassageKeys, SourceStat, embedding_key

__all__ = [
    "Chat",
    "ChatInfo",
    "Chats",
    "Index",
    "LibrarySummary",
    "Message",
    "Owner",
    "PassageKeys",
    "SourceStat",
    "embedding_key",
    "peek",
    "read_owner",
]
