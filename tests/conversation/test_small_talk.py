"""Small talk does not search, and a question that begins with it does."""

from __future__ import annotations

import pytest

from rag.conversation import SmallTalk, small_talk, small_talk_reply
from rag.schema import Language

SMALL_TALK = [
    ("مرحبا", "greeting"),
    ("مَرْحَبًا!", "greeting"),
    ("مرحباااا 👋", "greeting"),
    ("السلام عليكم", "greeting"),
    ("السلام عليكم ورحمة الله وبركاته", "greeting"),
    ("أهلا وسهلا", "greeting"),
    ("اهلاً يا سند", "greeting"),
    ("صباح الخير، كيف حالك اليوم؟", "greeting"),
    ("هلا، شلونك", "greeting"),
    ("شكرا", "thanks"),
    ("شكرًا جزيلًا لك!", "thanks"),
    ("ألف شكر على المساعدة", "thanks"),
    ("الله يعطيك العافية", "thanks"),
    ("يعطيك العافية يا صديقي", "thanks"),
    ("جزاك الله خيرا", "thanks"),
    ("مرحبا وشكرا", "thanks"),
    ("شكرا ومع السلامة", "goodbye"),
    ("مرحبا، شكرا", "thanks"),
    ("تمام، شكرا", "thanks"),
    ("مع السلامة", "goodbye"),
    ("شكرا، مع السلامة", "goodbye"),
    ("إلى اللقاء", "goodbye"),
    ("تصبح على خير", "goodbye"),
    ("Hello", "greeting"),
    ("hi there!", "greeting"),
    ("Heyyy", "greeting"),
    ("Good morning, Sanad. How are you today?", "greeting"),
    ("What's up?", "greeting"),
    ("Assalamu alaikum", "greeting"),
    ("Thanks!", "thanks"),
    ("thank you very much for your help", "thanks"),
    ("Great, thanks a lot", "thanks"),
    ("ok", "thanks"),
    ("Thanks and goodbye", "goodbye"),
    ("see you later", "goodbye"),
    ("Bye", "goodbye"),
]
QUESTIONS = [
    "Hello, how many countries attended the Rome meeting?",
    "Thanks. And who chaired it?",
    "Who said thank you?",
    "thanks to whom was the agreement reached?",
    "What does salam mean?",
    "Good morning Vietnam",
    "Goodbye Lenin",
    "hi-fi systems",
    "How are you trained?",
    "How are the fighters doing?",
    "مرحبا، كم دولة شاركت في اجتماع روما؟",
    "شكرا، ومن ترأسه؟",
    "ما معنى أهلا وسهلا؟",
    "من قال السلام عليكم؟",
    "سلام الشجعان",
    "كيف حال اللاجئين؟",
    "مساء الخير يا عراق",
    "وزير الخارجية شكر كندا",
    "اتفاق السلام",
    "سند",
    "اليوم",
    "you too",
    "?",
    "",
    "👋",
]


@pytest.mark.parametrize(("message", "kind"), SMALL_TALK)
def test_small_talk(message: str, kind: str | None) -> None:
    assert small_talk(message) == kind


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_is_no_small_talk(question: str) -> None:
    assert small_talk(question) is None


def test_a_long_message_of_greetings_is_decided_at_once() -> None:
    assert small_talk("hello there hi there " * 5000) is None
    assert small_talk("هلا " * 11 + "غدا") is None


def test_replies_say_what_can_be_done_in_the_language_asked() -> None:
    kinds: tuple[SmallTalk, ...] = ("greeting", "thanks", "goodbye")
    languages: tuple[Language, ...] = ("ar", "en")
    assert all("documents" in small_talk_reply(kind, "en") for kind in kinds)
    assert all("وثائق" in small_talk_reply(kind, "ar") for kind in kinds)
    assert len({small_talk_reply(kind, language) for kind in kinds for language in languages}) == 6
