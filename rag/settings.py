"""One validated place for every setting: defaults < rag.toml < environment RAG_* < command line.

What is chosen on the page stands between rag.toml and the environment, and only `rag serve` goes by it (rag.choices).

Settings end where the pipeline is put together: stages take plain values (`retrieve(..., top_k=settings.top_k)`).
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from rag.errors import SettingsError

BUNDLED_MODEL = "bundled"
# Guesses are counted (rag.api.sessions): shorter ones would be found all the same.
LEAST_PASSWORD = 8
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})


def _default_home() -> Path:
    import platformdirs

    return Path(platformdirs.user_data_dir("sanad", appauthor=False))


def _default_cache() -> Path:
    import platformdirs

    return Path(platformdirs.user_cache_dir("sanad", appauthor=False))


class Settings(BaseSettings):
    """Every knob of the product. Each field can be set as RAG_<NAME> or as a line of rag.toml."""

    model_config = SettingsConfigDict(
        env_prefix="RAG_", toml_file=None, extra="ignore", frozen=True, env_ignore_empty=True
    )

    home: Path = Field(default_factory=_default_home, description="folder of the library and its indexes")
    cache: Path = Field(default_factory=_default_cache, description="folder of the prepared embedding model")

    embedding_model: str = Field(
        BUNDLED_MODEL, description="'bundled', or a sentence-transformers model: a hub name or a folder"
    )
    passage_tokens: int = Field(250, ge=40, le=500, description="passage size in tokens of the embedder")
    overlap_sentences: int = Field(1, ge=0, le=5)
    chroma_url: str = Field("", description="a Chroma server (http://host:port) instead of the local folder")

    top_k: int = Field(6, ge=1, le=50, description="passages shown to the engine that answers")
    candidate_count: int = Field(50, ge=10, le=500, description="passages each search proposes")

    reranker: str = Field("", description="a sentence-transformers CrossEncoder: a hub name or a folder")

    llm: str = Field(
        "auto", description="'auto', 'extractive', ollama:<model>, or openai:<model> with llm_url"
    )
    llm_url: str = Field("http://127.0.0.1:11434", description="address of the chat model's server")
    translate_question: bool = Field(
        True, description="let the chat model put a question into the corpus's other language, to search with"
    )
    llm_context_tokens: int = Field(
        4096, ge=1024, le=131072, description="num_ctx: prompt and answer together"
    )
    llm_answer_tokens: int = Field(512, ge=64, le=8192)
    llm_temperature: float = Field(0.0, ge=0.0, le=2.0)
    llm_seed: int = 0
    llm_keep_alive: str = Field(
        "5m",
        pattern=r"^-?\d+(ms|s|m|h)?$",
        description="how long Ollama keeps the model loaded: 5m, 3600, -1",
    )
    llm_api_key: SecretStr = Field(SecretStr(""), description="for an openai: server that asks for one")
    llm_connect_seconds: float = Field(3.0, gt=0)
    llm_read_seconds: float = Field(120.0, gt=0, description="longest silence of the model before giving up")

    judge: str = Field(
        "",
        description="a second judge of claims: nli:<CrossEncoder>, ollama:<model> or openai:<model> with llm_url",
    )
    strict: bool = Field(False, description="leave unsupported sentences out of the answer")
    answer_language: Literal["question", "ar", "en"] = Field(
        "question", description="language of answers: that of the question, or always the same"
    )

    max_file_mb: int = Field(500, ge=1, description="larger files are refused")
    file_seconds: float = Field(60.0, ge=1, description="computing that reading one document may take")
    file_memory_mb: int = Field(2048, ge=256, description="memory that reading one document may take")
    ocr: bool = Field(False, description="read pages and files that are pictures, with Tesseract (on or off)")
    max_question_characters: int = Field(4000, ge=100)

    auth: SecretStr = Field(
        SecretStr(""), description="'user:password', or a password alone, that page and API then ask for"
    )
    host: str = "127.0.0.1"
    port: int = Field(7860, ge=0, le=65535)
    ui_language: Literal["auto", "ar", "en"] = "auto"

    @field_validator("llm")
    @classmethod
    def _llm_is_known(cls, value: str) -> str:
        provider, _, model = value.partition(":")
        if value in {"auto", "extractive"} or (provider in {"ollama", "openai"} and model):
            return value
        raise ValueError(
            "use 'auto', 'extractive', 'ollama:<model>' (for example ollama:qwen3:4b) or 'openai:<model>'"
        )

    @field_validator("judge")
    @classmethod
    def _judge_is_known(cls, value: str) -> str:
        provider, _, model = value.partition(":")
        if not value or (provider in {"nli", "ollama", "openai"} and model):
            return value
        raise ValueError("use nli:<model>, ollama:<model> or openai:<model>, or leave it empty for none")

    @field_validator("llm_url", "chroma_url")
    @classmethod
    def _url_is_http(cls, value: str) -> str:
        if value and (urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).hostname):
            raise ValueError("use an address such as http://127.0.0.1:11434")
        return value.rstrip("/")

    @field_validator("auth")
    @classmethod
    def _password_is_long_enough(cls, value: SecretStr) -> SecretStr:
        text = value.get_secret_value()
        user, colon, password = text.partition(":")
        if text and (len(password if colon else text) < LEAST_PASSWORD or (colon and not user)):
            raise ValueError(
                f"use a password of at least {LEAST_PASSWORD} characters, alone or as user:password"
            )
        return value

    @field_validator("home", "cache")
    @classmethod
    def _expand(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is the library's
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is the library's
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Command line (init) over environment over rag.toml; no .env and no secrets folder."""
        toml_file = Path(os.environ.get("RAG_CONFIG", "rag.toml"))
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=toml_file)


def load_settings(**overrides: Any) -> Settings:
    """Settings from everywhere; `overrides` that are None are ignored. Raises SettingsError."""
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"]) or "settings"
        reason = str(first["msg"]).removeprefix("Value error, ")
        raise SettingsError(
            en=f"Setting RAG_{name.upper()}: {reason}. Correct it in the environment or in rag.toml.",
            ar=f"الإعداد RAG_{name.upper()} غير صالح ({reason}). صحّحه في متغيرات البيئة أو في rag.toml.",
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            en=f"rag.toml cannot be read: {error}. Correct that line or remove the file.",
            ar=f"تعذّرت قراءة rag.toml: {error}. صحّح السطر أو احذف الملف.",
        ) from error
