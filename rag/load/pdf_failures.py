"""Why a PDF, or some of its pages, cannot be read: one sentence each, in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from rag.errors import LoadError
from rag.load.pdf_verdict import Verdict

# What is on such pages and what to do, in English and in Arabic.
_UNREAD = {
    Verdict.SCANNED: (
        "pictures without text",
        "OCR makes them readable: set RAG_OCR=on",
        "صور بلا نص",
        "يجعلها التعرّف الضوئي OCR مقروءة: اضبط RAG_OCR=on",
    ),
    Verdict.GARBLED: (
        "fonts that do not tell their letters",
        "export the file again, or set RAG_OCR=on",
        "خطوط لا تُعرف حروفها",
        "صدّر الملف من جديد أو اضبط RAG_OCR=on",
    ),
    Verdict.DAMAGED: (
        "damaged content",
        "copy or download the file again",
        "محتوى تالف",
        "انسخ الملف أو نزّله من جديد",
    ),
    Verdict.ILLEGIBLE: (
        "pictures in which OCR finds no readable text",
        "scan them again, straight and at 300 dpi",
        "صور لم يجد فيها التعرّف الضوئي OCR نصًّا مقروءًا",
        "امسحها من جديد مستقيمة وبدقة 300 نقطة",
    ),
    Verdict.UNFINISHED: (
        "pictures that OCR did not finish in time",
        "raise RAG_FILE_SECONDS",
        "صور لم ينتهِ التعرّف الضوئي OCR منها في وقته",
        "ارفع RAG_FILE_SECONDS",
    ),
    Verdict.BLANK: ("no text", "check that it is the right file", "لا نص", "تحقّق من أنه الملف المقصود"),
}


def empty(source: str) -> LoadError:
    """The file has no bytes."""
    return LoadError(
        en=f"{source} is empty: it has no bytes. Copy or download it again.",
        ar=f"الملف {source} فارغ ليس فيه أي بايت. انسخه أو نزّله من جديد.",
    )


def not_a_pdf(source: str) -> LoadError:
    """The file does not begin like a PDF."""
    return LoadError(
        en=f"{source} is not a PDF: it does not begin with %PDF. Fix its suffix or export it again.",
        ar=f"الملف {source} ليس PDF: لا يبدأ بالعلامة %PDF. صحّح امتداد اسمه أو صدّره من جديد.",
    )


def damaged(source: str) -> LoadError:
    """Its structure cannot be followed."""
    return LoadError(
        en=f"{source} is damaged or cut off: its pages cannot be found. Copy, download or export it again.",
        ar=f"الملف {source} تالف أو مقطوع: تعذّر العثور على صفحاته. انسخه أو نزّله أو صدّره من جديد.",
    )


def locked(source: str) -> LoadError:
    """A password is needed to open it."""
    return LoadError(
        en=f"{source} is protected by a password. Save a copy without the password and index that.",
        ar=f"الملف {source} محمي بكلمة مرور. احفظ نسخة منه بلا كلمة مرور وفهرسها.",
    )


def unknown_encryption(source: str) -> LoadError:
    """It is encrypted with a certificate or an unknown scheme."""
    return LoadError(
        en=f"{source} is encrypted in a way that cannot be opened here. Print it to a new PDF and index that.",
        ar=f"الملف {source} مشفّر بطريقة لا يمكن فتحها هنا. اطبعه إلى ملف PDF جديد وفهرسه.",
    )


def no_pages(source: str) -> LoadError:
    """It is a PDF without a page."""
    return LoadError(
        en=f"{source} has no pages. Export it again from its original.",
        ar=f"الملف {source} لا صفحات فيه. صدّره من أصله من جديد.",
    )


def unread_pages(source: str, unread: Mapping[Verdict, Sequence[int]], *, pages: int) -> LoadError:
    """Some or all of a file's `pages` give no text, by what they are. Blank ones count only where all are."""
    found = [(unread.get(verdict, ()), *words) for verdict, words in _UNREAD.items()]
    if len(unread.get(Verdict.BLANK, ())) < pages:
        found = found[:-1]
    english = (f"{what} on {_english(at, pages)} ({step})" for at, what, step, _, _ in found if at)
    arabic = (f"{what} في {_arabic(at, pages)} ({step})" for at, _, _, what, step in found if at)
    return LoadError(en=f"{source}: {'; '.join(english)}.", ar=f"{source}: {'؛ '.join(arabic)}.")


def _english(numbers: Sequence[int], pages: int) -> str:
    if len(numbers) == pages:
        return "every page"
    return f"{'page' if len(numbers) == 1 else 'pages'} {', '.join(_ranges(numbers))}"


def _arabic(numbers: Sequence[int], pages: int) -> str:
    if len(numbers) == pages:
        return "كل الصفحات"
    return f"{'الصفحة' if len(numbers) == 1 else 'الصفحات'} {'، '.join(_ranges(numbers))}"


def _ranges(numbers: Iterable[int]) -> list[str]:
    """The numbers in order, those in a row as one: 3, 7–9."""
    runs = groupby(enumerate(sorted(numbers)), key=lambda pair: pair[1] - pair[0])
    found = []
    for _, run in runs:
        members = [number for _, number in run]
        found.append(str(members[0]) if len(members) == 1 else f"{members[0]}–{members[-1]}")
    return found
