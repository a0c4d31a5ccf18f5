"""A conversation: small talk, follow-up questions, and chats that are kept.

Dialogue(assistant, index.chats).events("وماذا عن كندا؟")
"""

from rag.conversation.carry import stands_alone
from rag.conversation.dialogue import Dialogue
from rag.conversation.rewrite import Exchange, rewrite_follow_up
from rag.conversation.small_talk import SmallTalk, small_talk, small_talk_reply
from rag.generate import NO_ENGINE

__all__ = [
    "NO_ENGINE",
    "Dialogue",
    "Exchange",
    "SmallTalk",
    "rewrite_follow_up",
    "small_talk",
    "small_talk_reply",
    "stands_alone",
]
