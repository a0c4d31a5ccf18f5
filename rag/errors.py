"""Every error the product raises on purpose, drawn as a tree.

    RagError                    something the reader can act on: what, where, and the next step
    ├── SettingsError           a setting has a value that cannot work
    ├── LoadError               a file cannot be read as a document
    ├── EmbeddingModelError     the embedding model is missing or broken
    ├── LibraryError            the data folder cannot be used
    │   ├── LibraryInUseError       another process owns it
    │   ├── LibraryMismatchError    it was built with another model or splitter
    │   └── LibraryVersionError     it was written by a newer version
    ├── ModelError              the chat model did not answer
    │   ├── ModelUnreachableError   no server at the address
    │   └── ModelMissingError       the server does not have that model
    ├── QuestionError           the question cannot be answered as asked (empty, far too long)
    └── DatasetError            an evaluation file cannot be used

Each carries its sentence in English and in Arabic, because the page and the terminal speak both.
"""

from __future__ import annotations


class RagError(Exception):
    """A failure with a sentence for the reader: what happened, where, and what to do next."""

    def __init__(self, en: str, ar: str) -> None:
        super().__init__(en)
        self.en = en
        self.ar = ar

    def message(self, language: str) -> str:
        """The sentence in `language` ("ar" or "en")."""
        return self.ar if language == "ar" else self.en


class SettingsError(RagError):
    """A setting has a value that cannot work."""


class LoadError(RagError):
    """A file cannot be read as a document."""


class EmbeddingModelError(RagError):
    """The embedding model is missing or broken."""


class LibraryError(RagError):
    """The data folder cannot be used."""


class LibraryInUseError(LibraryError):
    """Another process owns the data folder."""


class LibraryMismatchError(LibraryError):
    """The library was built with another embedding model or splitter."""


class LibraryVersionError(LibraryError):
    """The library was written by a newer version of the product."""


class ModelError(RagError):
    """The chat model did not answer."""


class ModelUnreachableError(ModelError):
    """No server answers at the configured address."""


class ModelMissingError(ModelError):
    """The server does not have the configured model."""


class QuestionError(RagError):
    """The question cannot be answered as asked."""


class DatasetError(RagError):
    """An evaluation file cannot be used."""
