"""Why a file cannot be read: one sentence each, in both languages, with what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.errors import LoadError
from rag.load.kinds import LOCKED_OFFICE, Kind, kind_of

# More numbers than these say no more to the reader than how many there are.
_MAX_NAMED_PARTS = 10


@dataclass(frozen=True, slots=True)
class Parts:
    """What the pages of a kind of document are called."""

    en: str
    ar: str


SLIDE_PARTS = Parts("slides", "الشرائح")
SHEET_PARTS = Parts("sheets", "الأوراق")
CHAPTER_PARTS = Parts("chapters", "الفصول")


def empty_file(source: str) -> LoadError:
    """A file of no bytes."""
    return LoadError(
        en=f"{source} is empty (0 bytes): there is nothing to index. Copy it again or remove it.",
        ar=f"الملف {source} فارغ (0 بايت)، فلا شيء فيه للفهرسة. انسخه من جديد أو احذفه.",
    )


def illegible(source: str) -> LoadError:
    """A picture in which OCR finds nothing that it can read."""
    return LoadError(
        en=f"{source}: OCR finds no readable text in this picture. If it shows any, scan it again, straight and at "
        "300 dpi; else leave it out with .ragignore.",
        ar=f"{source}: لم يجد التعرّف الضوئي OCR نصًّا مقروءًا في هذه الصورة. إن كان فيها نص فامسحها من جديد مستقيمة "
        "وبدقة 300 نقطة، وإلا فاستبعدها في .ragignore.",
    )


def illegible_pages(source: str, numbers: Sequence[int]) -> LoadError:
    """Some pages of a picture file are such; the others were read."""
    named = ", ".join(map(str, numbers))
    return LoadError(
        en=f"{source}: OCR finds no readable text on pages {named}, which were left out. Scan them again, straight and "
        "at 300 dpi.",
        ar=f"{source}: لم يجد التعرّف الضوئي OCR نصًّا مقروءًا في الصفحات {named} فتُركت. امسحها من جديد مستقيمة وبدقة "
        "300 نقطة.",
    )


def unfinished_picture(source: str) -> LoadError:
    """A picture that OCR was stopped at."""
    return LoadError(
        en=f"{source}: OCR did not finish this picture in time. Make it smaller, or raise RAG_FILE_SECONDS.",
        ar=f"{source}: لم ينتهِ التعرّف الضوئي OCR من هذه الصورة في وقته. صغّرها، أو ارفع RAG_FILE_SECONDS.",
    )


def too_large_picture(source: str) -> LoadError:
    """A picture that takes more memory than there may be."""
    return LoadError(
        en=f"{source}: this picture needs more memory than OCR may take. Make it smaller, or raise RAG_FILE_MEMORY_MB.",
        ar=f"{source}: تحتاج هذه الصورة إلى ذاكرة أكبر مما يُسمح به للتعرّف الضوئي OCR. صغّرها، أو ارفع "
        "RAG_FILE_MEMORY_MB.",
    )


def no_text(source: str, *, has_pictures: bool) -> LoadError:
    """A sound document in which nothing is written, or only inside pictures."""
    if has_pictures:
        return LoadError(
            en=f"{source} holds pictures and no text. Make a PDF with recognised text (OCR) of it and sync that.",
            ar=f"لا نص في {source}، بل صور فقط. حوّله إلى PDF بعد التعرّف على نصه (OCR) ثم زامنه.",
        )
    return LoadError(
        en=f"{source} holds no text: there is nothing to index. Add text to it or remove it.",
        ar=f"لا نص في {source}، فلا شيء فيه للفهرسة. أضف إليه نصًا أو احذفه.",
    )


def damaged(source: str, kind: Kind) -> LoadError:
    """A file that begins like its kind and cannot be read as one."""
    return LoadError(
        en=f"{source} is damaged and cannot be read as {kind.en}. Open it in its program and save it again, "
        "or restore a sound copy.",
        ar=f"الملف {source} تالف، فلا يُقرأ على أنه {kind.ar}. افتحه في برنامجه واحفظه من جديد، "
        "أو استرجع نسخة سليمة منه.",
    )


def too_deep(source: str) -> LoadError:
    """A file that nests tables, lists or objects a thousand deep: made by a program gone wrong, or in bad faith."""
    return LoadError(
        en=f"{source} is nested too deeply to be read. Open it in its program and save it again, or remove it.",
        ar=f"الملف {source} متداخل إلى عمق لا يُقرأ. افتحه في برنامجه واحفظه من جديد، أو احذفه.",
    )


def cut_short(source: str) -> LoadError:
    """A file whose end is missing."""
    return LoadError(
        en=f"{source} is cut short: the end of the file is missing. Copy or download it again.",
        ar=f"الملف {source} مبتور: آخره مفقود. انسخه أو نزّله من جديد.",
    )


def cut_short_but_read(source: str) -> LoadError:
    """A file whose end is missing, and whose beginning is in the library."""
    return LoadError(
        en=f"{source} is cut short: what there is of it was read, its end is missing. Copy or download it again.",
        ar=f"الملف {source} مبتور: قُرئ الموجود منه وآخره مفقود. انسخه أو نزّله من جديد.",
    )


def locked(source: str) -> LoadError:
    """A file that opens with a password only."""
    return LoadError(
        en=f"{source} is protected by a password. Open it, save a copy without the password, and sync that.",
        ar=f"الملف {source} محميّ بكلمة مرور. افتحه واحفظ نسخة منه بلا كلمة مرور، ثم زامنها.",
    )


def copy_protected(source: str) -> LoadError:
    """A book whose seller locked it."""
    return LoadError(
        en=f"{source} is locked by its seller's copy protection (DRM) and cannot be read. Use a copy without it.",
        ar=f"الكتاب {source} مقفل بحماية النشر (DRM) من بائعه، فلا يُقرأ. استعمل نسخة بلا هذه الحماية.",
    )


def too_large_inside(source: str, limit_bytes: int) -> LoadError:
    """A packed file that would fill the memory when unpacked."""
    return LoadError(
        en=f"{source} unpacks to more than {limit_bytes:,} bytes, the limit for one file. Split it into smaller ones.",
        ar=f"الملف {source} يتجاوز بعد فكّ ضغطه {limit_bytes:,} بايت، وهو حدّ الملف الواحد. قسّمه إلى ملفات أصغر.",
    )


def other_kind(data: bytes, source: str, expected: Kind) -> LoadError:
    """A file whose content is not what its suffix says."""
    found = kind_of(data)
    if found == LOCKED_OFFICE:
        return locked(source)
    if found is None or found == expected:
        return damaged(source, expected)
    if found.suffix:
        return LoadError(
            en=f"{source} is not {expected.en}: it looks like {found.en}. "
            f"Rename it so that it ends in {found.suffix}.",
            ar=f"الملف {source} ليس {expected.ar}، بل يبدو أنه {found.ar}. غيّر اسمه لينتهي بـ {found.suffix}.",
        )
    return LoadError(
        en=f"{source} is not {expected.en}: it looks like {found.en}, which cannot be read. "
        "Open it in its program and save it as .docx, .pptx, .xlsx or PDF.",
        ar=f"الملف {source} ليس {expected.ar}، بل يبدو أنه {found.ar}، ولا يُقرأ كذلك. "
        "افتحه في برنامجه واحفظه بصيغة .docx أو .pptx أو .xlsx أو PDF.",
    )


def unreadable_parts(source: str, parts: Parts, numbers: Sequence[int]) -> LoadError:
    """Pages of a document that are damaged while others were read."""
    named = ", ".join(map(str, numbers[:_MAX_NAMED_PARTS]))
    if len(numbers) > _MAX_NAMED_PARTS:
        named += ", …"
    return LoadError(
        en=f"{source}: {parts.en} {named} are damaged and were left out; the rest was read. "
        "Save the file again in its program.",
        ar=f"{source}: {parts.ar} {named} تالفة فتُركت، وقُرئ ما عداها. احفظ الملف في برنامجه من جديد.",
    )
