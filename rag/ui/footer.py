"""Who answers, and where questions go: the words at the foot of the page."""

from __future__ import annotations

from rag.ui.markup import both
from rag.ui.render import EXTRACTIVE, model_name


def footer_html(engine: str) -> str:
    """For the engine of that name."""
    words = (
        both("footer_extractive") if engine == EXTRACTIVE else both("footer_model", model=model_name(engine))
    )
    return f'<p class="private">{words}</p>'
