"""Greetings, thanks and goodbyes in Arabic and English: they are answered without a search."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from rag import text
from rag.schema import Language

SmallTalk = Literal["greeting", "thanks", "goodbye"]

# One phrase a line or between commas. A message is small talk when such phrases are all that it holds.
_PHRASES: dict[SmallTalk, str] = {
    "greeting": """
hi, hiya, hey, hello, hello there, hi there, hey there, howdy, greetings, good morning, good afternoon, good evening,
good day, how are you, how are you doing, how do you do, how is it going, what's up, whats up, nice to meet you, salam,
salaam, salam alaikum, assalamu alaikum, assalamualaikum, as-salamu alaykum, marhaba, ahlan
مرحبا, مرحبتين, مرحبا بك, مرحبا بكم, أهلا, أهلا وسهلا, أهلا بك, أهلا بكم, أهلين, هلا, هلا والله, يا هلا, هاي, هالو, ألو,
السلام عليكم, السلام عليكم ورحمة الله, السلام عليكم ورحمة الله وبركاته, سلام, سلام عليكم, سلامات,
وعليكم السلام, وعليكم السلام ورحمة الله, وعليكم السلام ورحمة الله وبركاته, صباح الخير, صباح النور, صباحو,
مساء الخير, مساء النور, كيف حالك, كيف حالكم, كيف الحال, كيفك, شلونك, شلونكم, ازيك, عامل ايه, شو أخبارك,
ما أخبارك, كيف أخبارك, تحياتي, تحية طيبة, حياك الله, نهارك سعيد, طاب يومك, تشرفنا
""",
    "thanks": """
thanks, thank you, thankyou, thx, ty, thanks a lot, thank you so much, thank you very much, many thanks, cheers,
much appreciated, appreciated, i appreciate it, i appreciate that, that helps, that helped, that was helpful,
that is helpful, very helpful, helpful, great, perfect, excellent, awesome, wonderful, nice, good job, well done, ok,
okay, got it, i see, understood
شكرا, شكرا جزيلا, شكرا كثيرا, شكرا لك, شكرا لكم, شكرا جزيلا لك, الشكر لك, ألف شكر, كل الشكر, أشكرك, أشكركم, نشكرك, شكر,
مشكور, مشكورة, مشكورين, متشكر, متشكرة, ممنون, ممنونك, ممنونة, يعطيك العافية, الله يعطيك العافية, يعطيكم العافية, عافاك,
جزاك الله خيرا, جزاك الله كل خير, جزاكم الله خيرا, بارك الله فيك, بارك الله فيكم, الله يبارك فيك, تسلم, تسلمي,
تسلم ايدك, تسلم يدك, يسلمو, يسلموا, عاشت ايدك, الله يخليك, الله يسلمك, ميرسي, أحسنت, ممتاز, رائع, جميل, تمام, حسنا,
طيب, أوكي, اوك, فهمت, مفهوم
""",
    "goodbye": """
bye, bye bye, goodbye, good bye, see you, see you later, see you soon, see you tomorrow, see ya, good night, goodnight,
farewell, take care, have a nice day, have a good day, have a great day, talk to you later, until next time
مع السلامة, وداعا, إلى اللقاء, الى اللقاء قريبا, باي, باي باي, يلا باي, تصبح على خير, تصبحون على خير, في أمان الله,
في رعاية الله, أراك لاحقا, أراك قريبا, نلتقي لاحقا, أستودعك الله, أستودعكم الله, بخاطرك, سلام عليكم مع السلامة
""",
}
# Said with such a phrase, never instead of one.
_COMPANIONS = """
sanad, dear, friend, my friend, sir, everyone, all, again, today, so much, very much, a lot, for your help,
for the help, for helping, for your time, for the answer, for now, then, and, well, oh, so, very, you, to you, too
سند, يا سند, يا صديقي, صديقي, يا أخي, أخي, يا غالي, عزيزي, يا عزيزي, جميعا, لك, لكم, جدا, كثيرا, اليوم, مرة أخرى,
على المساعدة, على مساعدتك, على الإجابة, على الجواب, على وقتك, لمساعدتك, للمساعدة, والله, و, يا, بك, بكم, أيضا, إذن
"""
# "Thanks, and goodbye" is a goodbye; "hello and thanks" are thanks.
_STRONGEST_FIRST: tuple[SmallTalk, ...] = ("goodbye", "thanks", "greeting")

# Longer messages carry something else besides, and trying to cover them phrase by phrase would take ever longer.
_MAX_WORDS = 12
# مرحبااااا, hiiii: no word of either language has a letter three times in a row.
_DRAWN_OUT = re.compile(r"(\w)\1{2,}")

_REPLIES: dict[SmallTalk, tuple[str, str]] = {
    "greeting": (
        "Hello! I answer questions about the documents you have indexed, in English or Arabic, and show the source "
        "of every sentence. What would you like to know?",
        "أهلًا بك! أجيب عن أسئلتك حول الوثائق التي فهرستها، بالعربية أو الإنجليزية، وأبيّن مصدر كل جملة. "
        "ماذا تود أن تعرف؟",
    ),
    "thanks": (
        "You're welcome! Ask on: I can look anything else up in your documents and show where it stands.",
        "على الرحب والسعة! اسأل ما شئت: أستطيع البحث في وثائقك عن أي شيء آخر وأبيّن موضعه.",
    ),
    "goodbye": (
        "Goodbye! This chat is kept: come back to it any time to ask more about your documents.",
        "مع السلامة! هذه المحادثة محفوظة: عد إليها متى شئت لتسأل المزيد عن وثائقك.",
    ),
}


def small_talk(question: str) -> SmallTalk | None:
    """What kind of small talk a message is; None where it is, or holds, anything else ("Hello, how many …?")."""
    spoken = text.words(_DRAWN_OUT.sub(r"\1", question))
    if not spoken or len(spoken) > _MAX_WORDS:
        return None
    message = "".join(f"{word} " for word in spoken)
    if not _pattern(_STRONGEST_FIRST, companions=True).fullmatch(message):
        return None
    for kind in _STRONGEST_FIRST:
        if _pattern((kind,), companions=False).search(message):
            return kind
    return None


def small_talk_reply(kind: SmallTalk, language: Language) -> str:
    """The reply to small talk, which says what the assistant can do."""
    english, arabic = _REPLIES[kind]
    return arabic if language == "ar" else english


@cache
def _pattern(kinds: tuple[SmallTalk, ...], *, companions: bool) -> re.Pattern[str]:
    """Matches words with a space after each: one phrase, or any number of them where `companions` are let in."""
    listed = [_PHRASES[kind] for kind in kinds] + [_COMPANIONS] * companions
    phrases = {" ".join(text.words(phrase)) for part in listed for phrase in re.split(r"[,\n]", part)} - {""}
    choice = "|".join(f"{re.escape(phrase)} " for phrase in sorted(phrases, key=len, reverse=True))
    # "و" (and) is written to the word that follows it.
    return re.compile(rf"(?:و?(?:{choice}))+" if companions else rf"(?<!\S)و?(?:{choice})")
