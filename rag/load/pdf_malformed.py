"""What reading a malformed PDF raises."""

from __future__ import annotations

from functools import cache


@cache
def malformed_errors() -> tuple[type[Exception], ...]:
    """The errors of pypdf on files that are not as they should be: its own, and those of Python that it lets through
    ("broken PDF files might cause other Exceptions", says its module `errors`).

    Of the latter these are what ten thousand mutations of sound files brought up, and LookupError, for arrays that
    are shorter than they must be.
    """
    from pypdf.errors import PyPdfError

    return (
        PyPdfError,
        AttributeError,
        LookupError,
        NotImplementedError,
        TypeError,
        ValueError,
    )
