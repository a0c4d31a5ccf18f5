"""Every text the terminal prints, as (English, Arabic)."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, tuple[str, str]]] = {
    "preparing": ("Preparing the embedding model (once):", "إعداد نموذج التضمين (مرة واحدة):"),
    "syncing": ("{files} of {total} files{pace}  {name}", "{files} من {total} ملف{pace}  {name}"),
    "rate": ("  {rate:.0f} passages/s", "  {rate:.0f} مقطع/ث"),
    "left": ("  about {left} left", "  يتبقى نحو {left}"),
    "asked": ("{done} of {total} questions", "{done} من {total} سؤال"),
    "downloading": ("Downloading {name}", "تنزيل {name}"),
    "synced": (
        "{added} added, {updated} updated, {unchanged} unchanged, {removed} removed, {failed} failed ({seconds:.1f} s)",
        "أُضيف {added}، حُدّث {updated}، بلا تغيير {unchanged}، أُزيل {removed}، تعذّر {failed} ({seconds:.1f} ث)",
    ),
    "moved": ("{count} moved", "نُقل {count}"),
    "duplicates": ("{count} copies of others", "نُسخ من غيرها {count}"),
    "others": ("The same goes for {count} more: {named}", "ومثله {count} غيره: {named}"),
    "preview": (
        "Nothing was written. This is what a sync would do:",
        "لم يُكتب شيء. هذا ما ستفعله المزامنة:",
    ),
    "watching": ("Watching for changes (Ctrl-C ends it) …", "بانتظار التغييرات (أنهِه بـ Ctrl-C) …"),
    "removed": ("Removed {source}", "أُزيل {source}"),
    "ask_erase": (
        "This erases {sources} and {answers} kept answers that quote them, for good. Go on?",
        "سيُمحى {sources} ومعه {answers} من الأجوبة المحفوظة التي تقتبس منه، ولا رجعة في ذلك. أتابع؟",
    ),
    "erased": (
        "Erased {source}. Its file is not touched: a sync that finds it there indexes it again.",
        "مُحي {source}. لم يُمسّ ملفه: كل مزامنة تجده هناك تفهرسه من جديد.",
    ),
    "erased_answers": (
        "Erased {answers} kept answers that quoted it.",
        "مُحيت أجوبة محفوظة كانت تقتبس منه، عددها {answers}.",
    ),
    "nothing_erased": ("Nothing was erased.", "لم يُمحَ شيء."),
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
    "comma": (", ", "، "),
    "ocr": ("read by OCR", "قُرئ آليًّا من صورة"),
    "ocr_pages": ("read by OCR: {read} of {total} pages", "صفحات قُرئت آليًّا من صور: {read} من {total}"),
    "also_in": ("also in: {others}", "ورد أيضًا في: {others}"),
    "answered_by": ("Answered by: {engine}", "أجاب: {engine}"),
    "serving": ("Sanad is open at {address}  (Ctrl-C stops it)", "سند يعمل على {address}  (أوقفه بـ Ctrl-C)"),
    "written": ("Written to {path}", "كُتب في {path}"),
    "batch": (
        "{questions} questions: {refused} without an answer in the documents, {failed} failed. Answers: {path}",
        "عدد الأسئلة {questions}: بلا جواب في الوثائق {refused}، تعثّر {failed}. الأجوبة في {path}",
    ),
    "proposed_answer": ("Answer:", "الجواب:"),
    "ask_keep": ("[y] keep  [n] drop  [q] stop:", "[ن] أبقِه  [ل] أسقطه  [خ] توقّف:"),
    "made": ("Questions added to {path}: {kept}", "أسئلة أُضيفت إلى {path}: {kept}"),
    "set_facts": (
        "{questions:,} questions, {licence}, {size:.1f} MB",
        "الأسئلة {questions:,}، الرخصة {licence}، الحجم {size:.1f} ميغابايت",
    ),
    "fetched": (
        "{title}: {questions:,} questions over {passages:,} documents ({licence}). Run it with:",
        "{title}: الأسئلة {questions:,} والوثائق {passages:,} ({licence}). شغّلها بالأمر:",
    ),
    "interrupted": (
        "Stopped. What was finished is kept; the same command goes on from there.",
        "توقّف. ما اكتمل محفوظ، والأمر نفسه يتابع من حيث توقّف.",
    ),
}
