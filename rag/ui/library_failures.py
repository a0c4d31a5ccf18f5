"""Why a file that was given to the page is not added: one sentence each, in both languages, with what to do next."""

from __future__ import annotations

from rag.errors import LibraryError, LoadError
from rag.load import SUFFIXES
from rag.load.refused import refusal

_MEGABYTE = 1024 * 1024


def too_large(name: str, max_bytes: int) -> LoadError:
    """More bytes than are taken."""
    limit = max_bytes // _MEGABYTE
    return LoadError(
        en=f"{name} is larger than {limit:,} MB, which is the limit. Split it, or raise RAG_MAX_FILE_MB.",
        ar=f"{name} أكبر من {limit:,} م.ب، وهو الحد الأقصى. قسّمه، أو ارفع RAG_MAX_FILE_MB.",
    )


def no_room(name: str) -> LibraryError:
    """The disk is full."""
    return LibraryError(
        en=f"There is no room on the disk for {name}. Make some, then add it again.",
        ar=f"لا مساحة على القرص لـ {name}. وفّر مساحة ثم أضفه من جديد.",
    )


def cannot_be_kept(name: str, error: OSError) -> LibraryError:
    """The data folder does not take it."""
    reason = error.strerror or str(error)
    return LibraryError(
        en=f"{name} cannot be kept in the data folder ({reason}). Check that it may be written to, and add it again.",
        ar=f"تعذّر حفظ {name} في مجلد البيانات ({reason}). تحقّق من إذن الكتابة فيه ثم أضفه من جديد.",
    )


def broken_off(name: str) -> LoadError:
    """Its page was closed or reloaded, or the file changed while it was read."""
    return LoadError(
        en=f"{name} did not come through: the page was closed or reloaded meanwhile, or the file has changed. Add it "
        "again.",
        ar=f"لم يصل {name} كاملًا: أُغلقت الصفحة أو أُعيد تحميلها في أثناء ذلك، أو تغيّر الملف. أضفه من جديد.",
    )


def no_file_left() -> LoadError:
    """It was stopped, or the server does not know of it."""
    return LoadError(
        en="This file is no longer expected. Add it again.",
        ar="لم يعد هذا الملف منتظرًا. أضفه من جديد.",
    )


def unsupported(name: str, suffix: str) -> LoadError:
    """A kind of file that is not read."""
    return refusal(name, suffix, " ".join(sorted(SUFFIXES)))


def no_path(path: str) -> LoadError:
    """What was given as a path is none from the root of the disk."""
    return LoadError(
        en=f"“{path}” is not the whole path of a folder or file. Write it from the beginning, for example "
        "/home/me/documents",
        ar=f"«{path}» ليس مسارًا كاملًا لمجلد أو ملف. اكتبه من أوله، مثل /home/me/documents",
    )


def nothing_there(path: str) -> LoadError:
    """There is nothing at a path."""
    return LoadError(
        en=f"There is no folder or file {path} on this machine. Check the path.",
        ar=f"لا يوجد على هذا الجهاز مجلد أو ملف بالمسار {path}. تحقّق منه.",
    )


def not_this_machine() -> LoadError:
    """A path means something on the machine of the server alone."""
    return LoadError(
        en="Folders are indexed by their path only from the machine that Sanad runs on. Send the files instead.",
        ar="لا تُفهرس المجلدات بمساراتها إلا من الجهاز الذي يعمل عليه سند. أرسل الملفات نفسها.",
    )
