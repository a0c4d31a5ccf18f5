"""Sentences for what can go wrong with the data folder, said the same way wherever it happens."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

from rag.errors import LibraryError

_FULL = (errno.ENOSPC, errno.EDQUOT)
_REFUSED = (errno.EACCES, errno.EPERM, errno.EROFS)
# SQLite, Chroma and tantivy give no errno, only words: these are SQLite's and the operating system's.
_FULL_WORDS = ("disk is full", "no space left", "disk quota exceeded")
# What SQLite says, also of a broken disk, when it cannot enlarge the index of its log, for which it needs 32 kB.
_NO_MAP, _ROOM_BYTES = "disk i/o error", 1_000_000
_REFUSED_WORDS = (
    "readonly database",
    "permission denied",
    "read-only file system",
    "unable to open database",
)


def storage_error(error: Exception, where: Path) -> LibraryError | None:
    """The sentence for a full or unwritable disk, or None when `error` says something else."""
    code = error.errno if isinstance(error, OSError) else None
    words = str(error).lower()
    if code in _FULL or any(word in words for word in _FULL_WORDS) or (_NO_MAP in words and _is_full(where)):
        return LibraryError(
            en=f"The disk that holds {where} is full. Nothing that was indexed is lost: free some space "
            "and try again.",
            ar=f"القرص الذي يحوي {where} ممتلئ. لم يُفقد شيء مما فُهرس: أخلِ بعض المساحة ثم أعد المحاولة.",
        )
    if code in _REFUSED or any(word in words for word in _REFUSED_WORDS):
        return LibraryError(
            en=f"The data folder {where} cannot be written. Give your user write access to it, "
            "or set RAG_HOME to another folder.",
            ar=f"لا يمكن الكتابة في مجلد البيانات {where}. امنح حسابك صلاحية الكتابة فيه، "
            "أو اضبط RAG_HOME على مجلد آخر.",
        )
    return None


def _is_full(where: Path) -> bool:
    folder = next(folder for folder in (where, *where.absolute().parents) if folder.is_dir())
    return shutil.disk_usage(folder).free < _ROOM_BYTES


def unusable_error(error: Exception, where: Path) -> LibraryError:
    """The sentence for a library file that SQLite cannot use."""
    return storage_error(error, where) or LibraryError(
        en=f"The library {where} cannot be read ({error}). Restore it from a backup, or move the file away "
        "and index your documents again.",
        ar=f"تعذّرت قراءة المكتبة {where} ({error}). استعدها من نسخة احتياطية، أو انقل الملف إلى مكان آخر "
        "ثم أعد فهرسة مستنداتك.",
    )


def folder_error(error: OSError, where: Path) -> LibraryError:
    """The sentence for a folder or file that cannot be made or used, whatever the reason."""
    return storage_error(error, where) or LibraryError(
        en=f"The data folder {where} cannot be used ({error.strerror or error}). Set RAG_HOME to another "
        "folder.",
        ar=f"لا يمكن استعمال مجلد البيانات {where} ({error.strerror or error}). اضبط RAG_HOME على مجلد آخر.",
    )
