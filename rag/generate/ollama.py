"""Ollama's chat models through LangChain's ChatOllama, streamed, with every fault said in one sentence.

What Ollama and its client raise, and what stays silent, was measured; see the notes beside each case.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.errors import ModelError, ModelMissingError, ModelUnreachableError
from rag.generate.engine import Reply
from rag.generate.relay import Ending, leaves_this_machine, relay, was_cut, was_silent

if TYPE_CHECKING:
    import httpx
    import ollama
    from langchain_core.messages import AIMessageChunk

OLLAMA_PREFIX = "ollama:"

# How long `auto` waits for an Ollama that may not exist: on loopback a refusal comes within a millisecond.
PROBE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class OllamaEngine:
    """One model of an Ollama server. `context_tokens` is always sent: the server's own default is 4096, and it
    drops the front of a longer prompt without a word. `keep_alive` is how long the server keeps the model loaded
    afterwards, as Ollama writes it ("5m", "-1" for ever)."""

    model: str
    url: str
    context_tokens: int
    answer_tokens: int
    temperature: float
    seed: int
    connect_seconds: float
    read_seconds: float
    keep_alive: str = "5m"

    @property
    def name(self) -> str:
        """The engine as the reader sees it."""
        return OLLAMA_PREFIX + self.model

    def stream(self, system: str, user: str) -> Generator[str, None, Reply | None]:
        """See ChatEngine. An answer that stops without the server's closing line is an error, not an answer."""
        import httpx
        import ollama
        from langchain_ollama import ChatOllama

        chat = ChatOllama(
            model=self.model,
            base_url=self.url,
            num_ctx=self.context_tokens,
            num_predict=self.answer_tokens,
            temperature=self.temperature,
            seed=self.seed,
            reasoning=False,
            keep_alive=_seconds_or_words(self.keep_alive),
            client_kwargs={
                "timeout": httpx.Timeout(self.read_seconds, connect=self.connect_seconds),
                # ChatOllama never closes its client: a connection kept for the next question would be lost with it.
                "limits": httpx.Limits(max_keepalive_connections=0),
                "trust_env": leaves_this_machine(self.url),
            },
        )
        ending = Ending()
        try:
            yield from relay(chat, system, user, read=_read, ending=ending)
        except (httpx.ConnectError, httpx.ConnectTimeout, ConnectionError) as error:
            raise unreachable(self.url) from error
        except httpx.TimeoutException as error:
            raise was_silent(self.model, self.read_seconds) from error
        except ollama.ResponseError as error:
            raise self._refused(error) from error
        # ValueError is what a reply without a line, or with a line that is no JSON, becomes.
        except (httpx.TransportError, ValueError) as error:
            raise was_cut(self.model) from error
        return ending.reply(self.model)

    def _refused(self, error: ollama.ResponseError) -> ModelError:
        if error.status_code == 404:
            return missing(self.model)
        return ModelError(
            en=f"Ollama could not run {self.model}: {error.error}. "
            "Free some memory or choose a smaller model (RAG_LLM), then ask again.",
            ar=f"تعذّر على Ollama تشغيل {self.model}: {error.error}. "
            "حرّر بعض الذاكرة أو اختر نموذجًا أصغر (RAG_LLM) ثم أعد السؤال.",
        )


def _read(chunk: AIMessageChunk, ending: Ending) -> None:
    """The closing line of a stream says how the reply ended."""
    if chunk.response_metadata.get("done") is not True:
        return
    ending.finished = True
    ending.cut_short = chunk.response_metadata.get("done_reason") == "length"
    # 0 is what servers say that read nothing anew: they still had the prompt of an earlier question.
    if chunk.usage_metadata:
        ending.prompt_tokens = chunk.usage_metadata["input_tokens"] or None


def _seconds_or_words(keep_alive: str) -> int | str:
    """Ollama reads a number as seconds, and a text only with a unit."""
    return int(keep_alive) if keep_alive.lstrip("-").isdecimal() else keep_alive


def unreachable(url: str) -> ModelUnreachableError:
    """No server at the address."""
    return ModelUnreachableError(
        en=f"No Ollama answers at {url}. Start it with: ollama serve, or set RAG_LLM=extractive.",
        ar=f"لا يردّ Ollama على العنوان {url}. شغّله بالأمر: ollama serve، أو اضبط RAG_LLM=extractive.",
    )


def missing(model: str, available: Sequence[str] = ()) -> ModelMissingError:
    """The server is there, the model is not; `available` are the ones to choose instead."""
    others = ", ".join(available)
    return ModelMissingError(
        en=f"Ollama has no model '{model}'. Run: ollama pull {model}"
        + (f" (or set RAG_LLM to one it has: {others})" if others else ""),
        ar=f"لا يملك Ollama النموذج «{model}». نفّذ: ollama pull {model}"
        + (f" (أو اضبط RAG_LLM على نموذج لديه: {others})" if others else ""),
    )


def list_ollama_models(url: str, *, timeout_seconds: float = PROBE_SECONDS) -> list[str]:
    """Names of the chat models an Ollama server has, most recent first. Raises ModelUnreachableError."""
    import httpx

    try:
        with httpx.Client(
            base_url=url, timeout=timeout_seconds, trust_env=leaves_this_machine(url)
        ) as client:
            listing = client.get("/api/tags")
            listing.raise_for_status()
            names = [str(model["name"]) for model in listing.json()["models"] or []]
            return [name for name in names if _can_chat(client, name)]
    # The latter four are what the reply of a server that is no Ollama leads to.
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError, AttributeError) as error:
        raise unreachable(url) from error


def _can_chat(client: httpx.Client, model: str) -> bool:
    """Embedding models are listed too; servers too old to name capabilities are taken at their word."""
    card = client.post("/api/show", json={"model": model})
    if card.is_error:
        return False
    return "completion" in (card.json().get("capabilities") or ["completion"])
