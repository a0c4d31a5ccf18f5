"""Any server that speaks OpenAI's chat protocol (llama.cpp, vLLM, LM Studio, …) through LangChain's ChatOpenAI."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from rag.errors import ModelError, ModelMissingError, ModelUnreachableError
from rag.generate.engine import STOPS, Reply, leaves_this_machine, without_thinking

OPENAI_PREFIX = "openai:"

# Servers of one's own ask for no key, and the client insists on one.
_NO_KEY = "none"


@dataclass(frozen=True, slots=True)
class OpenAIEngine:
    """One model of a server that speaks OpenAI's protocol. Its context is the server's own: the protocol has no word
    for it, so `context_tokens` of the settings must not be larger."""

    model: str
    url: str
    api_key: str
    answer_tokens: int
    temperature: float
    seed: int
    connect_seconds: float
    read_seconds: float

    @property
    def name(self) -> str:
        """The engine as the reader sees it."""
        return OPENAI_PREFIX + self.model

    def stream(self, system: str, user: str) -> Generator[str, None, Reply | None]:
        """See ChatEngine. A reply that stops without its closing words is an error, not an answer."""
        import httpx2
        import openai
        from langchain_openai import ChatOpenAI

        timeout = httpx2.Timeout(self.read_seconds, connect=self.connect_seconds)
        client = openai.DefaultHttpxClient(timeout=timeout, trust_env=leaves_this_machine(self.url))
        chat = ChatOpenAI(
            model=self.model,
            base_url=_base(self.url),
            api_key=lambda: self.api_key or _NO_KEY,
            max_completion_tokens=self.answer_tokens,
            temperature=self.temperature,
            seed=self.seed,
            # Without it LangChain sends None, which the client takes for "wait for ever".
            timeout=timeout,
            max_retries=0,
            stream_usage=True,
            http_client=client,
        )
        pieces = chat.stream([("system", system), ("human", user)], stop=list(STOPS))
        ending = _Ending()
        try:
            yield from without_thinking(_texts(pieces, ending))
        except openai.APITimeoutError as error:
            raise self._silent(error) from error
        except openai.APIConnectionError as error:
            raise (self._cut() if ending.begun else self._unreachable()) from error
        except openai.NotFoundError as error:
            raise self._missing() from error
        except openai.APIError as error:
            raise self._refused(error) from error
        except httpx2.TimeoutException as error:
            raise self._silent(error) from error
        # ValueError is what a line that is no JSON becomes.
        except (httpx2.TransportError, ValueError) as error:
            raise self._cut() from error
        finally:
            close = getattr(pieces, "close", None)
            if close is not None:
                close()
            client.close()
        if not ending.reason:
            raise self._cut()
        return Reply(ending.prompt_tokens, ending.reason == "length")

    def _silent(self, error: Exception) -> ModelError:
        # The client has one error for a server that cannot be reached in time and one that says nothing for long.
        cause = error.__cause__ or error
        if "Connect" in type(cause).__name__:
            return self._unreachable()
        return ModelError(
            en=f"The model {self.model} said nothing for {self.read_seconds:.0f} s. "
            "Try again, choose a smaller model, or raise RAG_LLM_READ_SECONDS.",
            ar=f"لم يصل شيء من النموذج {self.model} خلال {self.read_seconds:.0f} ثانية. "
            "حاول ثانيةً أو اختر نموذجًا أصغر أو ارفع RAG_LLM_READ_SECONDS.",
        )

    def _unreachable(self) -> ModelUnreachableError:
        return ModelUnreachableError(
            en=f"No model server answers at {self.url}. Start it, correct RAG_LLM_URL, or set RAG_LLM=extractive.",
            ar=f"لا يردّ خادم النموذج على العنوان {self.url}. شغّله أو صحّح RAG_LLM_URL أو اضبط RAG_LLM=extractive.",
        )

    def _missing(self) -> ModelMissingError:
        return ModelMissingError(
            en=f"The server at {self.url} has no model '{self.model}', or does not speak OpenAI's protocol there. "
            "Correct RAG_LLM or RAG_LLM_URL.",
            ar=f"لا يملك الخادم على {self.url} النموذج «{self.model}» أو لا يتكلم بروتوكول OpenAI هناك. "
            "صحّح RAG_LLM أو RAG_LLM_URL.",
        )

    def _refused(self, error: Any) -> ModelError:
        return ModelError(
            en=f"The server at {self.url} could not answer with {self.model}: {error.message}. "
            "Correct that or choose another model (RAG_LLM), then ask again.",
            ar=f"تعذّر على الخادم {self.url} الجواب بالنموذج {self.model}: {error.message}. "
            "أصلح ذلك أو اختر نموذجًا آخر (RAG_LLM) ثم أعد السؤال.",
        )

    def _cut(self) -> ModelError:
        return ModelError(
            en=f"The connection to the model {self.model} was cut before it finished. Ask again.",
            ar=f"انقطع الاتصال بالنموذج {self.model} قبل أن يُتم جوابه. أعد السؤال.",
        )


@dataclass(slots=True)
class _Ending:
    """What the last pieces of a stream said."""

    begun: bool = False
    reason: str = ""
    prompt_tokens: int | None = None


def _texts(pieces: Iterator[Any], ending: _Ending) -> Iterator[str]:
    for piece in pieces:
        ending.begun = True
        ending.reason = piece.response_metadata.get("finish_reason") or ending.reason
        if piece.usage_metadata:
            ending.prompt_tokens = piece.usage_metadata["input_tokens"] or ending.prompt_tokens
        if isinstance(piece.content, str) and piece.content:
            yield piece.content


def _base(url: str) -> str:
    """Servers are named by host and port as often as by the whole path."""
    return url if urlsplit(url).path.strip("/") else f"{url.rstrip('/')}/v1"
