"""Where settings end: puts embedder, index and engine together for the terminal, the page and evaluation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from rag.assistant import Assistant
from rag.chunk import SPLITTER_VERSION
from rag.embed import open_embedder
from rag.errors import SettingsError
from rag.generate import ChatEngine, complete, open_chat_engine
from rag.generate.chat import AUTO
from rag.generate.translate import QueryTranslator
from rag.index import Index, read_files
from rag.judging import NLI, ChatJudge, NliJudge, SecondJudge
from rag.load import ocr_problem
from rag.parsing import ParseLimits
from rag.prompt import load_prompt
from rag.rerank import CrossEncoderReranker
from rag.retrieve import load_centres
from rag.schema import Embedder, Language, SyncReport
from rag.settings import Settings, load_settings
from rag.sync import Limits, SyncProgress, preview, put_back, resync_stale, sync

# A translated question is one line; a model that goes on is stopped here.
MAX_TRANSLATION_CHARACTERS = 400

PrepareProgress = Callable[[str, float], None]


def make_embedder(settings: Settings, on_progress: PrepareProgress | None = None) -> Embedder:
    """The configured embedder. The bundled model is prepared on first use. Raises EmbeddingModelError."""
    return open_embedder(settings.embedding_model, cache_folder=settings.cache, on_progress=on_progress)


def index_fingerprint(settings: Settings, embedder: Embedder) -> str:
    """What the vectors and passages of an index depend on."""
    return (
        f"{embedder.fingerprint} | {SPLITTER_VERSION} "
        f"{settings.passage_tokens} tokens, {settings.overlap_sentences} overlap"
    )


@contextmanager
def open_index(
    settings: Settings, embedder: Embedder, *, command: str, adopt: bool = False
) -> Iterator[Index]:
    """The library of RAG_HOME, owned until the block ends. Raises LibraryError and its kinds."""
    with Index.open(
        settings.home,
        fingerprint=index_fingerprint(settings, embedder),
        dimension=embedder.dimension,
        chroma_url=settings.chroma_url,
        command=command,
        adopt=adopt,
    ) as index:
        yield index


def open_engine(settings: Settings, llm: str = "") -> ChatEngine | None:
    """The chat model that the settings name, or `llm`; None is the extractive answerer. Raises ModelError where a model
    was asked for by name and is not there."""
    return open_chat_engine(
        llm or settings.llm,
        url=settings.llm_url,
        context_tokens=settings.llm_context_tokens,
        answer_tokens=settings.llm_answer_tokens,
        temperature=settings.llm_temperature,
        seed=settings.llm_seed,
        connect_seconds=settings.llm_connect_seconds,
        read_seconds=settings.llm_read_seconds,
        keep_alive=settings.llm_keep_alive,
        api_key=settings.llm_api_key.get_secret_value(),
    )


def make_assistant(settings: Settings, index: Index, embedder: Embedder) -> Assistant:
    """An assistant over an open index. Raises ModelError where a model was asked for by name and is not there."""
    engine = open_engine(settings)
    return Assistant(
        index=index,
        embedder=embedder,
        centres=load_centres(embedder, settings.cache),
        engine=engine,
        fall_back=settings.llm == AUTO,
        top_k=settings.top_k,
        candidate_count=settings.candidate_count,
        context_tokens=settings.llm_context_tokens,
        answer_tokens=settings.llm_answer_tokens,
        max_question_characters=settings.max_question_characters,
        strict=settings.strict,
        answer_language=None if settings.answer_language == "question" else settings.answer_language,
        reranker=CrossEncoderReranker(settings.reranker) if settings.reranker else None,
        translator=_translator(engine) if engine and settings.translate_question else None,
        judge=_open_judge(settings),
    )


def _open_judge(settings: Settings) -> SecondJudge | None:
    """The second judge that the settings name, if any. Raises ModelError where it is a chat model that is not there."""
    if settings.judge.startswith(NLI):
        return NliJudge(settings.judge.removeprefix(NLI))
    engine = open_engine(settings, settings.judge) if settings.judge else None
    return ChatJudge(engine) if engine else None


def _translator(engine: ChatEngine) -> QueryTranslator:
    ask = partial(complete, engine, enough=lambda reply: len(reply) > MAX_TRANSLATION_CHARACTERS)

    def prompts(target: Language, question: str) -> tuple[str, str]:
        filled = load_prompt("translate", target).fill(question=question)
        return filled.system, filled.user

    return QueryTranslator(ask, prompts)


@contextmanager
def open_assistant(settings: Settings | None = None, *, command: str = "python") -> Iterator[Assistant]:
    """The library of RAG_HOME, ready to search and answer: the way in for other programs."""
    settings = settings or load_settings()
    embedder = make_embedder(settings)
    with open_index(settings, embedder, command=command) as index:
        yield make_assistant(settings, index, embedder)


def sync_paths(
    settings: Settings,
    index: Index,
    embedder: Embedder,
    paths: Sequence[Path],
    on_progress: Callable[[SyncProgress], None] | None = None,
    *,
    start: Path = Path(),
) -> SyncReport:
    """One sync with the configured limits. Relative paths are below `start`. Raises as `parse_limits`."""
    return sync(
        paths,
        index=index,
        embedder=embedder,
        limits=_limits(settings),
        on_progress=on_progress,
        start=start,
    )


def put_back_removal(settings: Settings, index: Index, embedder: Embedder, removal: str) -> list[str]:
    """Put back what `Index.set_aside` took out; the sources."""
    return put_back(index, embedder, removal, limits=_limits(settings))


def preview_paths(settings: Settings, paths: Sequence[Path]) -> SyncReport:
    """What a sync would do. Needs neither the model nor the data folder for itself, and writes nothing."""
    with read_files(settings.home) as known:
        return preview(paths, known=known, limits=_limits(settings), leave_out=settings.home)


def rebuild(
    settings: Settings,
    embedder: Embedder,
    on_progress: Callable[[SyncProgress], None] | None = None,
    *,
    command: str = "rag rebuild",
) -> int:
    """Build the search indexes anew from the library, and return the number of passages.

    Vectors are taken from the library. Only where the model or the splitter changed are passages made again, in a
    copy of the library that takes its place when it is complete; until then, and where this is cut short, the library
    stays as it is.
    """
    with open_index(settings, embedder, command=command, adopt=True) as index:
        resync_stale(index, embedder, limits=_limits(settings), on_progress=on_progress)
        index.rebuild()
        return index.count()


def parse_limits(settings: Settings) -> ParseLimits:
    """What reading a document may cost. Raises SettingsError where pictures are to be read and cannot be."""
    return _limits(settings).parse


def _limits(settings: Settings) -> Limits:
    problem = ocr_problem() if settings.ocr else None
    if problem:
        raise SettingsError(f"{problem.en} {problem.step_en}", f"{problem.ar} {problem.step_ar}")
    return Limits(
        max_tokens=settings.passage_tokens,
        overlap_sentences=settings.overlap_sentences,
        max_file_bytes=settings.max_file_mb * 1024 * 1024,
        file_seconds=settings.file_seconds,
        file_memory_mb=settings.file_memory_mb,
        ocr=settings.ocr,
    )
