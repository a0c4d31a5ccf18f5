"""Who writes the answers, and whether it can be reached."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from rag.doctor.finding import Finding
from rag.errors import ModelError
from rag.generate import list_ollama_models
from rag.generate.chat import AUTO, EXTRACTIVE
from rag.generate.ollama import OLLAMA_PREFIX
from rag.generate.openai import OPENAI_PREFIX, api_base
from rag.settings import LOOPBACK_HOSTS, Settings

if TYPE_CHECKING:
    import httpx

_KEY_REFUSED = (401, 403)


@dataclass(frozen=True, slots=True)
class ModelServer:
    """What answers at an address, by the protocol that it speaks, and the chat models it names, as RAG_LLM takes them:
    a server of OpenAI's protocol need not name any. None: nothing answers there."""

    protocol: Literal["ollama", "openai"] | None
    models: tuple[str, ...] = ()


def look_at_model_server(settings: Settings) -> ModelServer:
    """What answers at the address of the chat model."""
    import httpx

    try:
        found = list_ollama_models(settings.llm_url)
        return ModelServer("ollama", tuple(OLLAMA_PREFIX + name for name in found))
    except ModelError:
        pass  # no Ollama; there may be another server
    try:
        listing = _ask_for_models(api_base(settings.llm_url), settings)
    except (httpx.HTTPError, httpx.InvalidURL):
        return ModelServer(None)
    models = _listed(listing) if listing.is_success else None
    if models is None and listing.status_code not in _KEY_REFUSED:
        return ModelServer(None)
    return ModelServer("openai", tuple(OPENAI_PREFIX + name for name in models or ()))


def look_at_chat_model(settings: Settings) -> Finding:
    """What RAG_LLM names. Servers are asked which models they have, and for nothing else."""
    if settings.llm == EXTRACTIVE:
        return Finding(
            "chat",
            "good",
            "Answers: extractive (RAG_LLM=extractive), quoting the documents.",
            "الأجوبة: اقتباس من الوثائق (RAG_LLM=extractive).",
        )
    return _openai(settings) if settings.llm.startswith(OPENAI_PREFIX) else _ollama(settings)


def _ollama(settings: Settings) -> Finding:
    try:
        models = list_ollama_models(settings.llm_url)
    except ModelError as error:
        falls_back = settings.llm == AUTO
        return Finding(
            "chat",
            "missing" if falls_back else "broken",
            f"Ollama: does not answer at {settings.llm_url}"
            + ("; answers quote the documents instead." if falls_back else "."),
            f"Ollama: لا يردّ على {settings.llm_url}"
            + ("، فتُقتبس الأجوبة من الوثائق." if falls_back else "."),
            error.en,
            error.ar,
            "ollama serve",
        )
    if not models:
        return Finding(
            "chat",
            "missing",
            f"Ollama: answers at {settings.llm_url} but has no chat model.",
            f"Ollama: يعمل على {settings.llm_url} ولا نموذج محادثة فيه.",
            "Run, for example: ollama pull qwen3:4b",
            "نفّذ مثلًا: ollama pull qwen3:4b",
            "ollama pull qwen3:4b",
        )
    wanted = settings.llm.removeprefix(OLLAMA_PREFIX)
    if settings.llm != AUTO and not {wanted, f"{wanted}:latest"} & set(models):
        return Finding(
            "chat",
            "broken",
            f"Ollama: has no model '{wanted}'; it has {', '.join(models)}.",
            f"Ollama: لا يملك النموذج «{wanted}»، ولديه: {'، '.join(models)}.",
            f"Run: ollama pull {wanted}",
            f"نفّذ: ollama pull {wanted}",
            f"ollama pull {wanted}",
        )
    used = models[0] if settings.llm == AUTO else wanted
    return Finding(
        "chat",
        "good",
        f"Ollama: answers at {settings.llm_url}; {used} writes the answers ({len(models)} models there).",
        f"Ollama: يعمل على {settings.llm_url}، ويكتب الأجوبةَ {used} (النماذج: {len(models)}).",
    )


def _openai(settings: Settings) -> Finding:
    import httpx

    url, wanted = api_base(settings.llm_url), settings.llm.removeprefix(OPENAI_PREFIX)
    try:
        listing = _ask_for_models(url, settings)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return Finding(
            "chat",
            "broken",
            f"Model server: does not answer at {url} ({type(error).__name__}).",
            f"خادم النموذج: لا يردّ على {url} ({type(error).__name__}).",
            "Start it, correct RAG_LLM_URL, or set RAG_LLM=extractive.",
            "شغّله أو صحّح RAG_LLM_URL أو اضبط RAG_LLM=extractive.",
        )
    if listing.status_code in _KEY_REFUSED:
        return Finding(
            "chat",
            "broken",
            f"Model server: refuses the key at {url} ({listing.status_code}).",
            f"خادم النموذج: يرفض المفتاح على {url} ({listing.status_code}).",
            "Set RAG_LLM_API_KEY to a key that it knows.",
            "اضبط RAG_LLM_API_KEY على مفتاح يعرفه الخادم.",
        )
    models = _listed(listing) if listing.is_success else None
    if models is None:
        # Listing is optional in servers of one's own: only the first question will tell.
        return Finding(
            "chat",
            "missing",
            f"Model server: answers at {url} but does not say which models it has ({listing.status_code}).",
            f"خادم النموذج: يعمل على {url} ولا يذكر ما لديه من النماذج ({listing.status_code}).",
            f'Try it with: rag ask "…". Where that fails, correct RAG_LLM_URL or RAG_LLM ({wanted}).',
            f"جرّبه بالأمر: rag ask «…». فإن تعذّر فصحّح RAG_LLM_URL أو RAG_LLM ({wanted}).",
        )
    if wanted not in models:
        return Finding(
            "chat",
            "broken",
            f"Model server: has no model '{wanted}' at {url}; it has {', '.join(models) or 'none'}.",
            f"خادم النموذج: لا يملك «{wanted}» على {url}، ولديه: {'، '.join(models) or 'لا شيء'}.",
            "Set RAG_LLM=openai:<model> to one that it has.",
            "اضبط RAG_LLM=openai:<model> على نموذج لديه.",
        )
    return Finding(
        "chat",
        "good",
        f"Model server: answers at {url}; {wanted} writes the answers ({len(models)} models there).",
        f"خادم النموذج: يعمل على {url}، ويكتب الأجوبةَ {wanted} (النماذج: {len(models)}).",
    )


def _ask_for_models(url: str, settings: Settings) -> httpx.Response:
    """Raises httpx.HTTPError and httpx.InvalidURL."""
    import httpx

    key = settings.llm_api_key.get_secret_value()
    return httpx.get(
        f"{url}/models",
        headers={"Authorization": f"Bearer {key}"} if key else {},
        timeout=settings.llm_connect_seconds,
        trust_env=urlsplit(url).hostname not in LOOPBACK_HOSTS,
    )


def _listed(listing: httpx.Response) -> list[str] | None:
    """The models of a reply to GET /models; None where it is something else."""
    try:
        return [str(model["id"]) for model in listing.json()["data"]]
    except (ValueError, KeyError, TypeError):
        return None
