"""The words of Arabic grammar that say how a question is built, and a question as a list of its words.

All words here are normalised: ة is ه, أ is ا, ى is ي.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.conversation.words import word_set
from rag.text.normalising import ARABIC_LETTERS, ARABIC_MARKS, normalise
from rag.text.places import places
from rag.text.stop_words import ARABIC_STOP_WORDS

_MARKS = re.compile(f"[{ARABIC_MARKS}\u0640]")
_TOKEN = re.compile(rf"[{ARABIC_LETTERS}]+|[A-Za-z][\w.&-]*|\d[\d.,٫٬]*|[،,؛;:]")

QUESTION_WORDS = word_set(
    """
    من ما ماذا متي اين كيف كم لماذا هل اي ايه ايان لمن بمن ممن بم لم مم عم بماذا كماذا بكم باي لاي مين شو
    ايش وش وين فين امتي ليش ليه كام منو شنو ماهو ماهي
    """
)
ALONE_WITH_A_NOUN = word_set("اي ايه كم باي لاي بكم كام")
PREPOSITIONS = word_set("في علي الي عن مع حتي منذ خلال بين عند لدي قبل بعد حول ضد دون بدون عبر نحو تحت امام")
NOUN_FOLLOWS = PREPOSITIONS | word_set("من هو هي هم كل بعض جميع معظم احد احدي عدد") | ALONE_WITH_A_NOUN
RELATIVES = word_set("الذي التي الذين اللذان اللذين اللتان اللتين الذان اللذي اللتي اللي")
CLAUSE_STARTS = RELATIVES | word_set(
    "ان انه انها انهم عندما حين حينما لما اذا لان لانه لانها ثم حيث بينما و ، , ؛ ; :"
)
SUBJECT_PRONOUNS = word_set("هو هي هم هما هن")
ASKS_OF_IT = frozenset({"هل", "لماذا", "متي"})
POINTERS = word_set("ذلك تلك ذاك هذا هذه هذان هذين هؤلاء اولئك")
PRESENT = word_set(
    """
    العام السنه الشهر الاسبوع اليوم القرن الايام العصر الوثائق الوثيقه المستندات الملفات الملف المكتبه
    النصوص الكون العالم الحياه
    """
)
# Said after a name, and about it.
_FORMULAS = re.compile(
    "صل[ىي] الله عليه(?: و[آا]له)? وسلم|علي(?:ه|ها|هم|هما) (?:الصلا[ةه] و)?السلام"
    "|رضي الله عن(?:ها|هما|هم|ه)|رحم(?:ها|هما|هم|ه) الله"
)
HAS = word_set("له لها لهم لديه لديها لديهم عنده عندها عندهم")
PARTITIVE = word_set("منهم منهن منها")
EXISTS = word_set("توجد يوجد هناك")
# They end like a word with a pronoun and have none.
NO_PRONOUN = word_set(
    """
    الله وجه شبه مياه اتجاه تجاه انتباه اشتباه فقه اله نزيه عبده طه كره شفاه جبه رفاه سفيه فواكه مهم اهم فهم
    درهم درهما متهم مساهم تفاهم اسهم اتهم يهم تهم ملهم دراهم مها سها انتهي وهم سهم رهن ذهن مهن كاهن لكنها
    لكنه لكنهم انها انه انهم بانه بانها لانه لانها كله كلها كلهم نفسه نفسها انفسهم وحده وحدها ابراهيم موجه
    توجه يواجه تواجه واجه نبه مشبوه تشابه مشابه متشابه ابره توقيت هذه اياه
    """
)

# Words that say nothing of what is asked about.
EMPTY_WORDS = word_set(
    """
    اخبرني حدثني قل لي اشرح وضح اشرحلي المزيد مزيدا مزيد تفاصيل التفاصيل تفصيل اكثر اضافيه معلومات اعطني اعط
    هات مثال امثله مثلا تابع اكمل كمل لخص طيب حسنا نعم لا اذن ايضا كذلك يعني تقصد تعني بالضبط تحديدا باختصار
    فضلك رجاء الان غير غيره غيرها غيرهم اخر اخري اخرون الاخر الاخرون ذلك حقا فعلا شيء شي تحدث حصل يمكنك
    تستطيع ممكن توضح توضيح التوضيح تشرح شرح الشرح
    """
)
# «ما السبب؟»: the reason of what was said before. Nor is such a word what a pronoun stands for.
RELATIONAL = word_set(
    """
    سبب اسباب نتيجه نتائج هدف اهداف غايه غرض تاريخ موعد مكان زمان وقت عدد مجموع نسبه قيمه اسم اسماء عاصمه
    رئيس قائد سكان مصدر فرق اثر تاثير دور حجم مساحه طول مده كلفه ثمن سعر مبلغ تفاصيل
    """
)
# Plurals of common nouns that look like a singular: what ـه never stands for.
PLURALS = word_set(
    """
    دول بلدان مدن وزراء قاده رؤساء زعماء ناس اشخاص اعضاء مقاتلين مدنيين قوات منظمات حكومات شعوب سكان ممثلين
    خبراء
    """
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a question: as it is printed, without its marks, and normalised. Commas are words too."""

    raw: str
    word: str

    @property
    def bare(self) -> str:
        """Without the conjunctions that are written to a word."""
        for prefix in ("و", "ف"):
            rest = self.word.removeprefix(prefix)
            if rest != self.word and (
                rest in QUESTION_WORDS or rest in ARABIC_STOP_WORDS or rest in EMPTY_WORDS
            ):
                return rest
        return self.word

    @property
    def content(self) -> bool:
        """Whether it says what the question is about."""
        bare = self.bare
        return self.word[0].isalnum() and not (
            bare in ARABIC_STOP_WORDS or bare in QUESTION_WORDS or bare in EMPTY_WORDS or bare in PREPOSITIONS
        )

    @property
    def definite(self) -> bool:
        """Whether it carries the article."""
        return without_article(self.word) != self.word

    @property
    def name(self) -> bool:
        """Whether it is surely a name or a number."""
        return not ("\u0600" <= self.word[0] <= "\u06ff") or bool(places(self.word))


def without_article(word: str) -> str:
    """A normalised word without its article and what is written before it; unchanged where it has none."""
    match = re.match(r"[وف]?(?:[بك]?ال|لل)(?=\w{2})", word)
    return word[match.end() :] if match else word


def read_tokens(question: str) -> list[Token]:
    """The words, numbers and commas of `question` in order, without the blessings said after a name."""
    plain = _FORMULAS.sub(" ", _MARKS.sub("", question))
    return [
        Token(match.group(), word) for match in _TOKEN.finditer(plain) if (word := normalise(match.group()))
    ]
