"""HTTP: health, an OpenAI-compatible chat, the public JSON, and the page.

    guard.py     who may talk to the server, and what a page of it may load
    bodies.py    what it reads
    chat.py      OpenAI-compatible replies
    commands.py  doing what a terminal asks for that found the library open here
    routes.py    the addresses
    server.py    listening, announcing, ending

The page itself is rag.ui.
"""

from rag.api.commands import Commands
from rag.api.routes import create_app
from rag.api.server import serve

__all__ = ["Commands", "create_app", "serve"]
