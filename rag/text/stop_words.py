"""Words that say how a sentence is built rather than what it is about, in Arabic and English.

Question words are among them: "كم" and "who" stand in every question and in none of its answers.
"""

from __future__ import annotations

from rag.text.normalising import normalise

_ARABIC = """
من في على إلى عن مع حتى منذ خلال بين عند لدى قبل بعد حول ضد دون بدون عبر نحو فوق تحت أمام وراء
منه منها منهم فيه فيها فيهم عليه عليها عليهم إليه إليها إليهم عنه عنها عنهم معه معها معهم
له لها لهم لهما لنا به بها بهم بهما بنا بينهم بينها بينهما لديه لديها لديهم عنده عندها
هو هي هما هم هن أنا نحن أنت أنتم هذا هذه هذان هذين هاتان هؤلاء ذلك تلك أولئك هناك هنا
الذي التي اللذان اللذين اللتان الذين اللاتي اللواتي
أن إن أنه أنها أنهم إنه إنها إنهم لأن لأنه لأنها بأن بأنه بأنها كأن لكن لكنه لكنها
لا لم لن ما ليس ليست غير سوى قد لقد سوف إذا إذ إذن لو لولا لما كما مما عما فيما بينما حيث حين
أو ثم بل كي لكي إلا إما أما أي أية كل بعض كلا نفس ذات ذاته ذاتها أيضا فقط مثل جدا
كان كانت كانوا يكون تكون كون وهو وهي
ما ماذا متى أين كيف كم لماذا هل أيان أنى
بم مم فيم علام لمن ممن بمن بما لما بماذا لماذا كماذا بكم لكم بأي لأي في من أيهما أيهم أيها
"""
_ARABIC_CONJUNCTIONS = ("", "و", "ف")
# Missing on purpose, because they are or make nouns: أم (mother), عم (uncle), لي (ولي العهد). And:
_NOUNS = frozenset({"فهم"})

_ENGLISH = """
a an the and or but nor if then than so as of at by for with about against between into through during before
after above below to from up down in out on off over under again further once here there all any both each few
more most other some such no not only own same too very just also
i me my myself we our ours ourselves you your yours yourself he him his himself she her hers herself it its
itself they them their theirs themselves this that these those
am is are was were be been being have has had having do does did doing can could will would shall should may
might must cannot dont doesnt didnt isnt arent wasnt werent hasnt havent hadnt wont wouldnt cant couldnt
shouldnt im youre theyre weve ive
what which who whom whose when where why how whats whos s t th
"""
# "us" is missing on purpose: it is what "U.S." becomes.

ARABIC_STOP_WORDS = (
    frozenset(
        conjunction + word for word in normalise(_ARABIC).split() for conjunction in _ARABIC_CONJUNCTIONS
    )
    - _NOUNS
)
"""Normalised, each alone and after the conjunctions و and ف."""

ENGLISH_STOP_WORDS = frozenset(_ENGLISH.split())
"""Normalised, with contractions as `words` gives them."""

STOP_WORDS = ARABIC_STOP_WORDS | ENGLISH_STOP_WORDS
