"""The words of the sheet of settings, in English and in Arabic: part of words.py."""

from __future__ import annotations

SETTINGS_WORDS: dict[str, tuple[str, str]] = {
    "settings_title": ("Settings", "الإعدادات"),
}
