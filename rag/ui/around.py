"""The sheets around the chat, over an open library."""

from __future__ import annotations

from rag.commands import OpenLibrary
from rag.ui.evaluation_runs import Evaluations
from rag.ui.evaluation_sheet import evaluation_sheet
from rag.ui.library_adding import Changes
from rag.ui.library_sheet import library_sheet
from rag.ui.settings_present import Present
from rag.ui.settings_sheet import settings_sheet
from rag.ui.sheets import Sheet


def make_sheets(
    library: OpenLibrary, present: Present, evaluations: Evaluations, change: Changes
) -> tuple[Sheet, ...]:
    """In the order of their buttons. `present` answers with the library, under the settings of the page; `change`
    changes the library."""
    return (
        library_sheet(library, change),
        settings_sheet(present),
        evaluation_sheet(evaluations, present.page_text),
    )
