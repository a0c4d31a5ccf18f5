"""Ollama's chat models through LangChain's ChatOllama, streamed, with every fault said in one sentence.

What Ollama and its client raise, and what stays silent, was measured; see the notes beside each case.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rag.errors import ModelError, ModelMissingError, ModelUnreachableError
from rag.generate.engine import STOPS, Reply, leaves_this_machine, without_thinking

if TYPE_CHECKING:
    import httpx

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
        pieces = chat.stream([("system", system), ("human", user)], stop=list(STOPS))
        ending = _Ending()
        try:
            yield from without_thinking(_texts(pieces, ending))
        except (httpx.ConnectError, httpx.ConnectTimeout, ConnectionError) as error:
            raise unreachable(self.url) from error
        except httpx.TimeoutException as error:
            raise ModelError(
                en=f"The model {self.model} said nothing for {self.read_seconds:.0f} s. "
                "Try again, choose a smaller model, or raise RAG_LLM_READ_SECONDS.",
                ar=f"لم يصل شيء من النموذج {self.model} خلال {self.read_seconds:.0f} ثانية. "
                "حاول ثانيةً أو اختر نموذجًا أصغر أو ارفع RAG_LLM_READ_SECONDS.",
            ) from error
        except ollama.ResponseError as error:
            raise self._refused(error) from error
        # ValueError is what a reply without a line, or with a line that is no JSON, becomes.
        except (httpx.TransportError, ValueError) as error:
            raise self._cut() from error
        finally:
            # Closing LangChain's generator closes the HTTP stream, and with it the server's generation.
            close = getattr(pieces, "close", None)
            if close is not None:
                close()
        if not ending.done:
            raise self._cut()
        return Reply(ending.prompt_tokens, ending.reason == "length")

    def _refused(self, error: Any) -> ModelError:
        if error.status_code == 404:
            return missing(self.model)
        return ModelError(
            en=f"Ollama could not run {self.model}: {error.error}. "
            "Free some memory or choose a smaller model (RAG_LLM), then ask again.",
            ar=f"تعذّر على Ollama تشغيل {self.model}: {error.error}. "
            "حرّر بعض الذاكرة أو اختر نموذجًا أصغر (RAG_LLM) ثم أعد السؤال.",
        )

    def _cut(self) -> ModelError:
        return ModelError(
            en=f"The connection to the model {self.model} was cut before it finished. Ask again.",
            ar=f"انقطع الاتصال بالنموذج {self.model} قبل أن يُتم جوابه. أعد السؤال.",
        )


@dataclass(slots=True)
class _Ending:
    """What the closing line of a stream said."""

    done: bool = False
    reason: str = ""
    prompt_tokens: int | None = None


def _texts(pieces: Iterator[Any], ending: _Ending) -> Iterator[str]:
    for piece in pieces:
        if piece.response_metadata.get("done") is True:
            ending.done = True
            ending.reason = piece.response_metadata.get("done_reason") or ""
            # 0 is what servers say that read nothing anew: they still had the prompt of an earlier question.
            ending.prompt_tokens = (piece.usage_metadata or {}).get("input_tokens") or None
        if isinstance(piece.content, str) and piece.content:
            yield piece.content


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
