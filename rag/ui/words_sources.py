"""The words of the source panel and of what can be done with an answer, in English and in Arabic: part of words.py."""

from __future__ import annotations

from rag.location import PARTS

SOURCES_WORDS: dict[str, tuple[str, str]] = {
    # The document beside the chat
    "reader": ("In the document", "في الوثيقة"),
    "close_source": ("Close the document", "أغلق الوثيقة"),
    "open_source": ("Open in the document", "افتحه في الوثيقة"),
    "open_source_n": ("Open source {n} in its document", "افتح المصدر {n} في وثيقته"),
    "citation_count": ("Source {n} of {total}", "المصدر {n} من {total}"),
    "previous_citation": ("Previous source", "المصدر السابق"),
    "next_citation": ("Next source", "المصدر التالي"),
    "citation_keys": (
        "Keys: [ and ] for the source before and after, Esc to close",
        "المفتاحان [ و] للمصدر السابق والتالي، وEsc للإغلاق",
    ),
    **{f"{part}_word": words for part, words in PARTS.items()},
    "of_pages": ("of {total}", "من {total}"),
    "previous_page": ("Previous page", "الصفحة السابقة"),
    "next_page": ("Next page", "الصفحة التالية"),
    "back_to_quote": ("Back to the quote", "عُد إلى الاقتباس"),
    "more_above": ("Show more above", "أظهر ما قبله"),
    "more_below": ("Show more below", "أظهر ما بعده"),
    "view_picture": ("As printed", "كما طُبعت"),
    "view_text": ("Text", "النص"),
    "larger": ("Larger", "أكبر"),
    "page_picture": ("Picture of page {n}", "صورة الصفحة {n}"),
    "picture_loading": ("Drawing the page …", "تُرسم الصفحة …"),
    "picture_unmarked": (
        "The sentence could not be located in the picture; it is marked in the text.",
        "تعذّر تحديد موضع الجملة في الصورة، وهي معلَّمة في النص.",
    ),
    "picture_changed": (
        "The file has changed or moved since it was indexed, so only its text is shown.",
        "تغيّر الملف أو نُقل بعد فهرسته، فلا يُعرض إلا نصه.",
    ),
    "quote_moved": (
        "The document has changed since; this is where the sentence stands now.",
        "تغيّرت الوثيقة بعد ذلك، وهذا موضع الجملة الآن.",
    ),
    "quote_gone": (
        "The document has changed since, and this sentence is no longer on this page:",
        "تغيّرت الوثيقة بعد ذلك، ولم تعد هذه الجملة في هذه الصفحة:",
    ),
    "page_empty": ("There is no text on this page.", "لا نص في هذه الصفحة."),
    "page_unknown": (
        "There is no page {page} in {source} any more. Open the document at another page.",
        "لم تعد الصفحة {page} موجودة في {source}. افتح الوثيقة على صفحة أخرى.",
    ),
    # Below an answer
    "copy": ("Copy", "انسخ"),
    "copy_plain": ("Text with sources", "النص مع المصادر"),
    "copy_markdown": ("Markdown with sources", "Markdown مع المصادر"),
    "copy_bibtex": ("Sources alone (BibTeX)", "المصادر وحدها (BibTeX)"),
    "ask_again": ("Ask again", "اسأل ثانية"),
    "rate_good": ("Good answer", "إجابة جيدة"),
    "rate_bad": ("Bad answer", "إجابة سيئة"),
    "remark_good": ("What was good about it? (optional)", "ما الجيد فيها؟ (اختياري)"),
    "remark_bad": ("What is wrong with it? (optional)", "ما العيب فيها؟ (اختياري)"),
    "remark_save": ("Keep", "احفظ"),
    "remark_kept": ("Kept in your library, on this machine.", "حُفظ في مكتبتك على هذا الجهاز."),
    # Where there is no answer
    "unanswered": (
        "This question has no answer yet: it was stopped, or Sanad ended before it was done.",
        "لم يكتمل جواب هذا السؤال: أُوقف، أو أُغلق سند قبل إتمامه.",
    ),
    "try_title": ("What you can try", "ما يمكن أن تجرّبه"),
    "try_rephrase": (
        "Put it in the words the documents would use, with the names and dates you know.",
        "أعد صياغة السؤال بالكلمات التي قد ترد في الوثائق، واذكر ما تعرفه من أسماء وتواريخ.",
    ),
    "try_language_ar": (
        "Ask in English: documents in English are then matched word for word too.",
        "اسأل بالإنجليزية، فعندها تُطابَق كلمات الوثائق الإنجليزية أيضًا.",
    ),
    "try_language_en": (
        "Ask in Arabic: documents in Arabic are then matched word for word too.",
        "اسأل بالعربية، فعندها تُطابَق كلمات الوثائق العربية أيضًا.",
    ),
    "try_add": ("Add documents that may hold the answer.", "أضف وثائق قد يكون فيها الجواب."),
    "try_open_library": ("Open Documents", "افتح الوثائق"),
    "copied": ("Copied", "نُسخ"),
    "copy_failed": ("The browser did not allow copying.", "لم يسمح المتصفح بالنسخ."),
}
