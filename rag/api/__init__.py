"""HTTP: health, an OpenAI-compatible chat, the public JSON, and the page.

    guard.py     which requests are of this server's own page, and what that page may load
    access.py    the password in front of it, where there is one
    sessions.py  who is logged in, and who guesses passwords
    limits.py    how much a request may bring
    bodies.py    what it reads
    chat.py      OpenAI-compatible replies
    commands.py  doing what a terminal asks for that found the library open here
    routes.py    the addresses
    server.py    listening, announcing, ending

The page itself is rag.ui.
"""

from rag.api.commands import Commands
from rag.api.routes import create_app
from rag.api.server import Addresses, require_password, serve

__all__ = ["Addresses", "Commands", "create_app", "require_password", "serve"]
