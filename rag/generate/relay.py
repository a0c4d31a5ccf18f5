"""What the engines share: a LangChain model's reply as plain text, how it ended, and the faults of any server."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from rag.errors import ModelError
from rag.generate.engine import Reply

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessageChunk

# What a small model goes on with once it has answered: the next question, or a source of its own.
STOPS = ("\nQuestion:", "\nالسؤال:", "<source")

_THINKING, _THOUGHT = "<think>", "</think>"


@dataclass(slots=True)
class Ending:
    """What a stream has said of its reply so far: that it `begun` at all, that it `finished`, and how."""

    begun: bool = False
    finished: bool = False
    cut_short: bool = False
    prompt_tokens: int | None = None

    def reply(self, model: str) -> Reply:
        """What was said of the whole reply. Raises ModelError where it stopped before it had finished."""
        if not self.finished:
            raise was_cut(model)
        return Reply(self.prompt_tokens, self.cut_short)


# Takes down in an Ending what one chunk of a stream says of the reply: every protocol has its own words for it.
ReadChunk = Callable[["AIMessageChunk", Ending], None]


def relay(
    chat: BaseChatModel, system: str, user: str, *, read: ReadChunk, ending: Ending
) -> Generator[str, None, None]:
    """What `chat` writes, piece by piece and without its thinking; `ending` is kept by `read`. Closing it closes the
    HTTP stream, and with it the server's work. Raises whatever the protocol's client raises."""
    chunks = chat.stream([("system", system), ("human", user)], stop=list(STOPS))
    # LangChain promises an iterator and gives a generator, which can be closed.
    with closing(cast("Generator[AIMessageChunk]", chunks)):
        yield from without_thinking(_texts(chunks, read, ending))


def _texts(chunks: Iterator[AIMessageChunk], read: ReadChunk, ending: Ending) -> Iterator[str]:
    for chunk in chunks:
        ending.begun = True
        read(chunk, ending)
        if isinstance(chunk.content, str) and chunk.content:
            yield chunk.content


def without_thinking(pieces: Iterator[str]) -> Iterator[str]:
    """The pieces without a <think>…</think> in front of the reply, where servers that do not know of thinking models
    leave it. Held back is no more than what may still become that mark."""
    held = ""
    for piece in pieces:
        held += piece
        begun = held.lstrip()
        if begun.startswith(_THINKING):
            break
        if not _THINKING.startswith(begun):
            yield held
            yield from pieces
            return
    else:
        if held.strip():
            yield held
        return
    thought = ""
    for piece in chain([begun.removeprefix(_THINKING)], pieces):
        thought, ended, rest = (thought[-len(_THOUGHT) :] + piece).partition(_THOUGHT)
        if ended:
            break
    else:
        return
    for piece in chain([rest], pieces):
        if begun := piece.lstrip():
            yield begun
            yield from pieces


def leaves_this_machine(url: str) -> bool:
    """Whether a request to `url` may go through the proxy of the environment: one that is meant for the outside must
    not carry questions that go to this very machine."""
    return urlsplit(url).hostname not in {"127.0.0.1", "localhost", "::1"}


def was_cut(model: str) -> ModelError:
    """The reply stopped before its end."""
    return ModelError(
        en=f"The connection to the model {model} was cut before it finished. Ask again.",
        ar=f"انقطع الاتصال بالنموذج {model} قبل أن يُتم جوابه. أعد السؤال.",
    )


def was_silent(model: str, seconds: float) -> ModelError:
    """The server is there, and nothing came for `seconds`."""
    return ModelError(
        en=f"The model {model} said nothing for {seconds:.0f} s. "
        "Try again, choose a smaller model, or raise RAG_LLM_READ_SECONDS.",
        ar=f"لم يصل شيء من النموذج {model} خلال {seconds:.0f} ثانية. "
        "حاول ثانيةً أو اختر نموذجًا أصغر أو ارفع RAG_LLM_READ_SECONDS.",
    )
