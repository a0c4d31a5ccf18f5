"""Every text the terminal prints, as (English, Arabic)."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "preparing": ("Preparing the embedding model (once):", "إعداد نموذج التضمين (مرة واحدة):"),
    "syncing": ("{files} of {total} files  {name}", "{files} من {total} ملف  {name}"),
    "asked": ("{done} of {total} questions", "{done} من {total} سؤال"),
    "synced": (
        "{added} added, {updated} updated, {unchanged} unchanged, {removed} removed, {failed} failed ({seconds:.1f} s)",
        "أُضيف {added}، حُدّث {updated}، بلا تغيير {unchanged}، أُزيل {removed}، تعذّر {failed} ({seconds:.1f} ث)",
    ),
    "removed": ("Removed {source}", "أُزيل {source}"),
    "rebuilt": (
        "Rebuilt the search indexes: {passages} passages.",
        "أُعيد بناء فهارس البحث: {passages} مقطعًا.",
    ),
    "empty": (
        "The library is empty. Add documents with: rag sync PATH",
        "المكتبة فارغة. أضف وثائق بالأمر: rag sync PATH",
    ),
    "source_size": (
        "{characters:,} characters, {passages} passages",
        "{characters:,} حرفًا، {passages} مقطعًا",
    ),
    "no_chats": (
        'No chats are kept. Begin one with: rag ask --chat new "…"',
        "لا محادثات محفوظة. ابدأ واحدة بالأمر: rag ask --chat new «…»",
    ),
    "chat_size": ("{messages} questions, last on {at} UTC", "عدد الأسئلة {messages}، آخرها {at} UTC"),
    "kept": (
        'Kept. Ask on with: rag ask --chat {chat} "…"',
        "حُفظ الجواب. تابع بالأمر: rag ask --chat {chat} «…»",
    ),
    "weak": ("only partly supported by its source", "لا يسنده مصدره إلا جزئيًا"),
    "unsupported": ("not supported by any source", "لا يسنده أي مصدر"),
    "conflict": ("The sources disagree on «{about}»: {values}", "تختلف المصادر في «{about}»: {values}"),
    "versus": (" / ", " / "),
    "sources": ("Sources:", "المصادر:"),
    "nearest": ("The nearest passages:", "أقرب المقاطع:"),
    "page": (", page {page}", "، صفحة {page}"),
    "also_in": ("also in: {others}", "ورد أيضًا في: {others}"),
    "answered_by": ("Answered by: {engine}", "أجاب: {engine}"),
    "serving": ("Sanad is open at {address}  (Ctrl-C stops it)", "سند يعمل على {address}  (أوقفه بـ Ctrl-C)"),
    "interrupted": (
        "Stopped. What was finished is kept; the same command goes on from there.",
        "توقّف. ما اكتمل محفوظ، والأمر نفسه يتابع من حيث توقّف.",
    ),
}
