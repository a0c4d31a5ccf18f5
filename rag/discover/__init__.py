"""Which files a sync means, and what they are called in the library."""

from rag.discover.names import name_of, path_of
from rag.discover.walk import IGNORE_FILE, FoundFile, Scope, discover

__all__ = ["IGNORE_FILE", "FoundFile", "Scope", "discover", "name_of", "path_of"]
