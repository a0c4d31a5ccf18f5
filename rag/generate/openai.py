"""Any server that speaks OpenAI's chat protocol (llama.cpp, vLLM, LM Studio, …) through LangChain's ChatOpenAI."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from rag.errors import ModelError, ModelMissingError, ModelUnreachableError
from rag.generate.engine import Reply
from rag.generate.relay import Ending, leaves_this_machine, relay, was_cut, was_silent

if TYPE_CHECKING:
    import openai
    from langchain_core.messages import AIMessageChunk

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
            base_url=api_base(self.url),
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
        ending = Ending()
        try:
            yield from relay(chat, system, user, read=_read, ending=ending)
        # There is one error for a server that cannot be reached in time and one that says nothing: a cause tells.
        except (openai.APITimeoutError, httpx2.TimeoutException) as error:
            if any(isinstance(cause, httpx2.ConnectTimeout) for cause in _causes(error)):
                raise self._unreachable() from error
            raise was_silent(self.model, self.read_seconds) from error
        except openai.APIConnectionError as error:
            raise (was_cut(self.model) if ending.begun else self._unreachable()) from error
        except openai.NotFoundError as error:
            raise self._missing() from error
        except openai.APIError as error:
            raise self._refused(error) from error
        # ValueError is what a line that is no JSON becomes.
        except (httpx2.TransportError, ValueError) as error:
            raise was_cut(self.model) from error
        finally:
            client.close()
        return ending.reply(self.model)

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

    def _refused(self, error: openai.APIError) -> ModelError:
        return ModelError(
            en=f"The server at {self.url} could not answer with {self.model}: {error.message}. "
            "Correct that or choose another model (RAG_LLM), then ask again.",
            ar=f"تعذّر على الخادم {self.url} الجواب بالنموذج {self.model}: {error.message}. "
            "أصلح ذلك أو اختر نموذجًا آخر (RAG_LLM) ثم أعد السؤال.",
        )


def _read(chunk: AIMessageChunk, ending: Ending) -> None:
    """The last chunks of a stream say how the reply ended, one of them why and another what was counted."""
    if reason := chunk.response_metadata.get("finish_reason"):
        ending.finished = True
        ending.cut_short = reason == "length"
    if chunk.usage_metadata:
        ending.prompt_tokens = chunk.usage_metadata["input_tokens"] or ending.prompt_tokens


def _causes(error: BaseException) -> Iterator[BaseException]:
    """`error` and what it came from: LangChain wraps the client's error, which wraps that of the connection."""
    cause: BaseException | None = error
    while cause:
        yield cause
        cause = cause.__cause__


def api_base(url: str) -> str:
    """Servers are named by host and port as often as by the whole path."""
    return url if urlsplit(url).path.strip("/") else f"{url.rstrip('/')}/v1"
