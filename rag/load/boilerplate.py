"""Lines that belong to a web page and not to its text, recognised by what they say.

Phrases are whole words, compared after normalisation, so spelling variants (أ/ا, ة/ه, tashkeel) need one
entry. They are chosen so that prose does not begin with them: "share this" is here, "share" is not ("Share
prices rose 3%").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from rag.load.lines import Line
from rag.text import normalise
from rag.text.normalising import ARABIC_MARKS

# A page's own links and buttons are short; a longer line is prose that happens to begin alike.
_MAX_CHARACTERS = 200
_MAX_BARE_CHARACTERS = 120
# "sign up for our newsletter": no phrase that a line is compared with from its start has more.
_MAX_LEAD_WORDS = 5

# Alone on a line: buttons and notices.
_WHOLE = """
    زر الذهاب إلى الأعلى | الذهاب إلى الأعلى | العودة إلى الأعلى | الانتقال إلى المحتوى | تخطي إلى المحتوى
    اقرأ المزيد | قراءة المزيد | المزيد من الأخبار | عرض المزيد | حمل التطبيق الآن | اترك تعليقا | أضف تعليقا
    جميع الحقوق محفوظة | كل الحقوق محفوظة | انسخ الرابط | نسخ الرابط
    show more | load more | continue reading | back to top | scroll to top | skip to content
    skip to main content | leave a comment | leave a reply | post a comment | advertisement
    all rights reserved | copy link | print this page | email this article
"""

# Headings of link lists; with a separator after them the link stands on the same line.
_RELATED = """
    مقالات ذات صلة | مواضيع ذات صلة | أخبار ذات صلة | موضوعات ذات صلة | مقالات مشابهة | مواضيع مشابهة
    مقالات متعلقة | أخبار متعلقة | اقرأ أيضا | اقرأوا أيضا | طالع أيضا | شاهد أيضا | انظر أيضا
    قد يهمك أيضا | قد يعجبك أيضا | للمزيد | الأكثر قراءة | آخر الأخبار | الوسوم
    كلمات دلالية
    related articles | related stories | related posts | related topics | related news | related content
    read also | also read | read more | see also | you may also like | you might also like | tags | filed under
    recommended for you | more from this author | most read | most popular | trending now
"""

# These lead to a link even without a separator, because no sentence begins with them.
_BARE = """
    اقرأ أيضا | طالع أيضا | قد يهمك أيضا | قد يعجبك أيضا | مقالات ذات صلة | مواضيع ذات صلة | أخبار ذات صلة
    read also | also read | you may also like | you might also like
"""

# A call to the reader may go on and end like a sentence.
_CALLS = """
    اشترك في نشرتنا | اشترك في النشرة | اشترك في القائمة البريدية | اشترك الآن في نشرتنا | سجل في نشرتنا
    تابعنا على | تابعونا على | تابعنا عبر | تابعونا عبر | للاشتراك في النشرة | انضم إلى قناتنا
    subscribe to our newsletter | sign up for our newsletter | sign up to our newsletter
    join our newsletter | get our newsletter | subscribe to our channel | follow us on | like us on
    join our mailing list | click here to subscribe | download our app
"""

_SHARE = """
    مشاركة على | مشاركة عبر | مشاركة المقال | مشاركة الخبر | شارك على | شارك عبر | شارك المقال
    شارك هذا المقال | شارك الخبر | شارك هذا الخبر | شاركها | شارك مع أصدقائك | انشر الخبر
    شارك هذا الموضوع | شارك الموضوع
    share this | share on | share via | share this article | share this story | share this post
    share with friends
"""
_NETWORKS = """
    فيسبوك | فيس بوك | تويتر | إكس | واتساب | واتس اب | تلغرام | تيليجرام | تليجرام | لينكد إن | لينكدإن
    ماسنجر | بينتيريست | ريديت | انستغرام | يوتيوب | البريد الإلكتروني | طباعة | نسخ الرابط
    facebook | twitter | whatsapp | telegram | linkedin | messenger | pinterest | reddit | instagram
    youtube | tumblr | x | email | print | copy link | tweet | bluesky | threads
"""
_JOINTS = "و | عبر | على | and | or | on | via | with | مع"

# Names that mean nothing else: بترا and قنا are towns as well, AP is much besides.
_AGENCIES = """
    الأناضول | وكالة الأناضول | رويترز | أ ف ب | فرانس برس | وكالة فرانس برس | أسوشيتد برس | د ب أ
    شينخوا | سبوتنيك | وكالة الأنباء الألمانية | وكالة الأنباء السعودية | واس | سانا | كونا
    reuters | afp | anadolu | anadolu agency | associated press | dpa | xinhua
"""
_SOURCE_LABELS = "المصدر | مصدر الخبر | source"

_COOKIES = re.compile(r"\bcookies?\b|ملفات تعريف الارتباط|الكوكيز", re.IGNORECASE)
_CONSENT = re.compile(
    r"\b(?:accept|agree|consent|by continuing|by using|got it)\b|أوافق|موافق|بمتابعتك|باستمرارك",
    re.IGNORECASE,
)
_COPYRIGHT = re.compile(r"^(?:©|\(c\)|copyright\b|حقوق|جميع الحقوق|كل الحقوق)", re.IGNORECASE)
_RIGHTS = re.compile(r"©|\ball rights reserved\b|الحقوق محفوظة|حقوق النشر محفوظة", re.IGNORECASE)

# Marks of vowels and tatweel are part of a word, though \w does not match them.
_WORD = re.compile(rf"[\w\u0640{ARABIC_MARKS}]+")
_SEPARATOR = re.compile(r"\s*(?:[:|»«›>←→…]|[-–—]\s)")

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Phrases:
    """The lists above, each phrase as its normalised words."""

    whole: frozenset[Words]
    related: frozenset[Words]
    bare: frozenset[Words]
    calls: frozenset[Words]
    share: frozenset[Words]
    networks: frozenset[Words]
    joints: frozenset[Words]
    agencies: frozenset[Words]
    sources: frozenset[Words]


@cache
def _phrases() -> _Phrases:
    return _Phrases(
        whole=_read(_WHOLE),
        related=_read(_RELATED),
        bare=_read(_BARE),
        calls=_read(_CALLS),
        share=_read(_SHARE),
        networks=_read(_NETWORKS),
        joints=_read(_JOINTS),
        agencies=_read(_AGENCIES),
        sources=_read(_SOURCE_LABELS),
    )


def _read(listing: str) -> frozenset[Words]:
    return frozenset(_words(phrase) for phrase in re.split(r"[|\n]", listing) if phrase.strip())


def _words(text: str) -> Words:
    return tuple(normalise(match.group()) for match in _WORD.finditer(text))


def is_boilerplate(line: Line) -> bool:
    """Whether the line is a page's button, link, notice or signature by its own words."""
    if len(line.text) > _MAX_CHARACTERS:
        return False
    phrases = _phrases()
    matches = list(_WORD.finditer(line.text))
    words = tuple(normalise(match.group()) for match in matches)
    if not words:
        return False
    if words in phrases.whole or _is_related_heading(words, phrases) or _is_signature(words, phrases):
        return True
    if _is_share_line(words, phrases) or _leading(words, phrases.calls):
        return True
    lead = _leading(words, phrases.related)
    if lead and _SEPARATOR.match(line.text, matches[lead - 1].end()):
        return True
    if _leading(words, phrases.bare) and line.is_headline_like and len(line.text) <= _MAX_BARE_CHARACTERS:
        return True
    return _is_notice(line.text)


def is_link_list_heading(line: Line) -> bool:
    """Whether the line announces a list of links to other pages, and names none itself."""
    return _is_related_heading(_words(line.text), _phrases())


def _is_related_heading(words: Words, phrases: _Phrases) -> bool:
    # One word alone ("Tags") may as well be the heading of a section about them.
    return len(words) > 1 and words in phrases.related


def _leading(words: Words, phrases: frozenset[Words]) -> int:
    """How many words the longest of `phrases` that `words` begin with has; 0 if none."""
    longest = min(_MAX_LEAD_WORDS, len(words))
    return next((size for size in range(longest, 0, -1) if words[:size] in phrases), 0)


def _is_share_line(words: Words, phrases: _Phrases) -> bool:
    """A share phrase, names of networks, or both, and nothing else."""
    position = _leading(words, phrases.share)
    shares = position > 0
    networks = 0
    while position < len(words):
        network = _leading(words[position:], phrases.networks)
        joint = _leading(words[position:], phrases.joints)
        if not network and not joint:
            return False
        networks += network > 0
        position += max(network, joint)
    return shares or networks > 1


def _is_signature(words: Words, phrases: _Phrases) -> bool:
    """A news agency's name, with or without "Source"."""
    return words[_leading(words, phrases.sources) :] in phrases.agencies


def _is_notice(text: str) -> bool:
    """A cookie banner (it asks for consent) or a copyright line."""
    if _COOKIES.search(text) and _CONSENT.search(text):
        return True
    return _COPYRIGHT.match(text) is not None and _RIGHTS.search(text) is not None
