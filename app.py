"""Starts the chat page and the HTTP API: `python app.py` is `rag serve`, and takes the same options."""

from __future__ import annotations

import sys

from rag.cli import main

if __name__ == "__main__":
    sys.argv.insert(1, "serve")
    main()
