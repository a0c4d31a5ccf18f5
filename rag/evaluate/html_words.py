"""Every word of the reports, in English and in Arabic."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from rag.schema import Language

_WORDS: dict[str, tuple[str, str]] = {
    "report_title": ("Evaluation report", "تقرير التقييم"),
    "comparison_title": ("Comparison of two runs", "مقارنة بين تشغيلين"),
    "made_at": ("Made on {at} (UTC)", "أُعدّ في {at} (UTC)"),
    "questions_count": ("Questions: {n}", "الأسئلة: {n}"),
    "errors_count": ("Failed: {n}", "تعثّر منها: {n}"),
    "engine": ("Answered by {engine}", "المجيب: {engine}"),
    # Parts of the page, which are also its anchors
    "summary": ("Summary", "الخلاصة"),
    "plots": ("Plots", "الرسوم"),
    "slices": ("By slice", "بحسب الشرائح"),
    "questions": ("Questions", "الأسئلة"),
    "differences": ("Differences", "الفروق"),
    "flips": ("Questions that changed", "الأسئلة التي تغيّرت نتيجتها"),
    "about": ("How this was measured", "كيف قيس هذا"),
    "settings": ("Settings that differ", "الإعدادات المختلفة"),
    # Tables
    "metric": ("Metric", "المقياس"),
    "value": ("Value", "القيمة"),
    "interval": ("95 % interval", "مجال الثقة 95 %"),
    "n": ("n", "العدد"),
    "all": ("All questions", "كل الأسئلة"),
    "before": ("Before", "قبل"),
    "after": ("After", "بعد"),
    "difference": ("Difference", "الفرق"),
    "p_value": ("p", "p"),
    "setting": ("Setting", "الإعداد"),
    "cost": ("Cost of an answer", "كلفة الجواب"),
    "mean": ("Mean", "المتوسط"),
    "median": ("Median", "الوسيط"),
    "p95": ("95th percentile", "المئين 95"),
    "less_is_better": ("less is better", "الأقل أفضل"),
    "read_intervals": (
        "Intervals hold the true value in 95 of 100 such question sets; n is the number of questions that a metric can "
        "measure. Differences smaller than the interval are noise.",
        "يقع المقدار الحقيقي داخل المجال في 95 من كل 100 مجموعة أسئلة كهذه، و«العدد» هو ما يستطيع المقياس أن يقيسه من "
        "الأسئلة. ما صغر من الفروق عن المجال لا يُعتدّ به.",
    ),
    # Plots
    "reliability": ("Is the answerability score right?", "هل يصدق تقدير وجود الجواب؟"),
    "reliability_answerable": (
        "Share of the questions that do have an answer, against the score given to them. A sound score lies on the "
        "line. Mean distance from it: {error}.",
        "نسبة الأسئلة التي لها جواب فعلًا مقابل التقدير الذي نالته. التقدير السليم يقع على الخط، "
        "ومتوسط بعده عنه: {error}.",
    ),
    "reliability_right": (
        "All of these questions have an answer. Of those that were not refused, this share was answered rightly, "
        "against the score given to them.",
        "لكل هذه الأسئلة جواب. والمعروض نسبة الصواب فيما لم يُمتنع عنه منها، مقابل التقدير الذي نالته.",
    ),
    "score_axis": ("answerability score", "تقدير وجود الجواب"),
    "share_axis_answerable": ("have an answer", "نسبة ما له جواب"),
    "share_axis_right": ("answered rightly", "نسبة الصواب"),
    "latency": ("How long did answers take?", "كم استغرقت الإجابات؟"),
    "latency_caption": (
        "From question to checked answer: half of them took {median} s or less (the line), 95 % {slow} s or less (the "
        "dashed line). The last column holds all that took longer.",
        "من السؤال إلى الجواب المدقَّق: نصفها في {median} ث فأقل (الخط المتصل)، و95 % منها في {slow} ث فأقل (الخط "
        "المتقطع). وفي العمود الأخير كل ما زاد.",
    ),
    "seconds_axis": ("seconds", "الثواني"),
    "questions_axis": ("questions", "عدد الأسئلة"),
    # Slices
    "slice_lang": ("Language of the question", "لغة السؤال"),
    "slice_direction": (
        "Language of the question and of the sources that answer",
        "لغة السؤال ولغة المصادر المجيبة",
    ),
    "slice_tag": ("Tag", "الوسم"),
    "slice_answerable": ("Is there an answer?", "هل له جواب؟"),
    "lang_ar": ("Arabic", "العربية"),
    "lang_en": ("English", "الإنجليزية"),
    "direction_value": ("{question} → {source}", "{question} ← {source}"),
    "yes": ("has an answer", "له جواب"),
    "no": ("has none", "لا جواب له"),
    # What became of a question
    "show": ("Show", "اعرض"),
    "outcome_all": ("All", "الكل"),
    "outcome_right": ("Right", "صواب"),
    "outcome_missed": ("Answer missed", "أخطأ الجواب"),
    "outcome_wrong_refusal": ("Refused, though there is an answer", "امتنع وله جواب"),
    "outcome_wrong_answer": ("Answered, though there is none", "أجاب ولا جواب له"),
    "outcome_failed": ("Failed", "تعثّر"),
    "outcome_open": ("Not judged", "بلا حكم"),
    # A question
    "expected": ("Expected", "المطلوب"),
    "expected_none": ("The documents hold no answer.", "لا جواب له في الوثائق."),
    "expected_in": ("It stands in", "موضعه"),
    "answer": ("Answer", "الإجابة"),
    "refused": ("Refused: no answer in the documents", "امتنع: لا جواب في الوثائق"),
    "not_answered": ("Not answered", "لم يُجَب عنه"),
    "supported": ("supported", "مسنود"),
    "weak": ("partly supported", "مسنود جزئيًّا"),
    "unsupported": ("not found in its sources", "بلا سند في مصادره"),
    "conflict": ("Sources differ", "المصادر مختلفة"),
    "cited": ("Sources cited", "المصادر المُحال إليها"),
    "nearest": ("Nearest passages", "أقرب المقاطع"),
    "found": ("What the search found", "ما وجده البحث"),
    "also_in": ("also in {others}", "ورد أيضًا في {others}"),
    "is_relevant": ("right source", "مصدر صحيح"),
    "scores": ("Scores of this question", "مقاييس هذا السؤال"),
    "took": ("{seconds} s", "{seconds} ث"),
    "score_given": ("answerability {score}", "تقدير وجود الجواب {score}"),
    "paired": ("Questions in both runs: {n}", "الأسئلة المشتركة: {n}"),
    "only_first": ("only in the first: {n}", "في الأول وحده: {n}"),
    "only_second": ("only in the second: {n}", "في الثاني وحده: {n}"),
    "left_out": (
        "{n} questions are left out of this page, right ones first; rows.jsonl has them all.",
        "حُذفت من هذه الصفحة أسئلة عددها {n}، وأول ما يُحذف ما أُجيب عنه صوابًا، وكلها في rows.jsonl.",
    ),
    "judge_failed": ("The judge failed: {error}", "تعثّر النموذج الحَكَم: {error}"),
    "better": ("better", "تحسّن"),
    "worse": ("worse", "ساء"),
    "no_flips": (
        "No question changed from right to wrong or back.",
        "لم ينقلب أي سؤال من الصواب إلى الخطأ أو العكس.",
    ),
    "empty": ("Nothing was measured.", "لم يُقَس شيء."),
}

WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(_WORDS)


def say(key: str, language: Language, **values: object) -> str:
    """The words of `key` in `language`, filled in; text, not markup."""
    english, arabic = WORDS[key]
    return (arabic if language == "ar" else english).format(**values)


def slice_title(name: str, language: Language) -> str:
    """The name of a kind of slice; one that is not known stands as it is."""
    return say(f"slice_{name}", language) if f"slice_{name}" in WORDS else name


def slice_label(kind: str, value: str, language: Language) -> str:
    """The name of a slice for people: "ar" is Arabic, "en-ar" English → Arabic; tags stand as they are."""
    if kind == "answerable" and value in {"yes", "no"}:
        return say(value, language)
    if kind == "lang":
        return _language_name(value, language)
    if kind == "direction" and value.count("-") == 1:
        question, source = (_languages(part, language) for part in value.split("-"))
        return say("direction_value", language, question=question, source=source)
    return value


def _languages(codes: str, language: Language) -> str:
    """ "ar+en" is Arabic and English."""
    return " + ".join(_language_name(code, language) for code in codes.split("+"))


def _language_name(code: str, language: Language) -> str:
    return say(f"lang_{code}", language) if f"lang_{code}" in WORDS else code
