"""Files that people have in their folders and that hold no document as they are: what each is, and what to do."""

from __future__ import annotations

from dataclasses import dataclass

from rag.errors import LoadError


@dataclass(frozen=True, slots=True)
class _Refusal:
    """What the file is, and the next step, in both languages."""

    suffixes: str
    en: str
    step_en: str
    ar: str
    step_ar: str


_REFUSALS = (
    _Refusal(
        ".zip .rar .7z .tar .gz .tgz .bz2 .xz .zst",
        "an archive",
        "Unpack it and sync the folder",
        "أرشيف مضغوط",
        "فكّ ضغطه وزامن المجلد",
    ),
    _Refusal(
        ".doc .dot .wpd .wps .pages",
        "a document of an older or another program",
        "Open it in Word or LibreOffice and save it as .docx",
        "مستند من برنامج قديم أو آخر",
        "افتحه في Word أو LibreOffice واحفظه بامتداد .docx",
    ),
    _Refusal(
        ".ppt .pps .pot .key",
        "a presentation of an older or another program",
        "Open it in PowerPoint or LibreOffice and save it as .pptx",
        "عرض من برنامج قديم أو آخر",
        "افتحه في PowerPoint أو LibreOffice واحفظه بامتداد .pptx",
    ),
    _Refusal(
        ".xlsb .numbers",
        "a workbook of another kind",
        "Open it in Excel or LibreOffice and save it as .xlsx",
        "مصنف من نوع آخر",
        "افتحه في Excel أو LibreOffice واحفظه بامتداد .xlsx",
    ),
    _Refusal(
        ".msg .pst .mbox",
        "mail in the form of a mail program",
        "Save the messages as .eml",
        "بريد بصيغة برنامج بريد",
        "احفظ الرسائل بامتداد .eml",
    ),
    _Refusal(
        ".mobi .azw .azw3 .kfx .djvu .xps",
        "a book in a form that is not read",
        "Convert it to EPUB or PDF",
        "كتاب بصيغة لا تُقرأ",
        "حوّله إلى EPUB أو PDF",
    ),
    _Refusal(
        ".png .jpg .jpeg .tif .tiff .webp",
        "a picture",
        "If it shows text, set RAG_OCR=on to have it read",
        "صورة",
        "إن كان فيها نص فاضبط RAG_OCR=on ليُقرأ",
    ),
    _Refusal(
        ".gif .bmp .heic .svg .ico .psd",
        "a picture",
        "If it shows text, make a PDF with recognised text (OCR) of it",
        "صورة",
        "إن كان فيها نص فحوّلها إلى PDF بعد التعرّف على نصها (OCR)",
    ),
    _Refusal(
        ".mp3 .wav .m4a .ogg .flac .aac .wma .mp4 .mkv .avi .mov .wmv .webm",
        "a recording",
        "Put a transcript beside it as text",
        "تسجيل صوتي أو مرئي",
        "ضع نصه المفرَّغ بجانبه ملفًا نصيًا",
    ),
)
_BY_SUFFIX = {suffix: refusal for refusal in _REFUSALS for suffix in refusal.suffixes.split()}


def refusal(source: str, suffix: str, supported: str) -> LoadError:
    """Why a file of this suffix cannot be read. `supported` names the suffixes that can."""
    known = _BY_SUFFIX.get(suffix)
    if known:
        return LoadError(
            en=f"{source} is {known.en}, which cannot be read. {known.step_en}.",
            ar=f"لا يُقرأ {source} لأنه {known.ar}. {known.step_ar}.",
        )
    if not suffix:
        return LoadError(
            en=f"{source} has no suffix that says what it is. Add one of: {supported}.",
            ar=f"{source}: لا امتداد في اسمه يبيّن نوعه. أضف إليه أحد هذه: {supported}.",
        )
    return LoadError(
        en=f"{source}: files with the suffix '{suffix}' cannot be read. Convert it to one of: {supported}.",
        ar=f"{source}: لا تُقرأ الملفات ذات الامتداد «{suffix}». حوّله إلى أحد هذه: {supported}.",
    )
