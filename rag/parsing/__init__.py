"""Files → Documents in processes of their own, each file within a time and memory limit.

    with parsing(files, limits) as parsed:
        for file, loaded in parsed:          # in the order of `files`, read ahead
            for item in loaded: ...          # a Document, or a LoadError

A file that hangs, crashes its parser or swells beyond its limit is a LoadError like any other.
"""

from rag.parsing.limits import FILE_MEMORY_MB, FILE_SECONDS, FileToRead, ParseLimits
from rag.parsing.pool import parsing

__all__ = ["FILE_MEMORY_MB", "FILE_SECONDS", "FileToRead", "ParseLimits", "parsing"]
