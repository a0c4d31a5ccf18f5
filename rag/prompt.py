"""Loads prompts/, checks their variables, and packs passages into a token budget.

A prompt file has a `[system]` and a `[user]` part with variables in braces. A file that lacks a variable its task
needs, or names an unknown one, fails when it is loaded, before any model is called.
"""

from __future__ import annotations

import re
import string
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rag.errors import ModelError, QuestionError, SettingsError
from rag.schema import Hit, Language
from rag.text.normalising import ARABIC_LETTERS, ARABIC_MARKS

# What each task's file must name, no more and no less.
VARIABLES: dict[str, frozenset[str]] = {
    "answer": frozenset({"refusal", "sources", "question"}),
    "followup": frozenset({"history", "question"}),
    "translate": frozenset({"question"}),
    "restate": frozenset({"sentence", "question"}),
    "judge": frozenset({"question", "gold", "answer"}),
    "judge_claim": frozenset({"question", "sources", "claim"}),
    "propose": frozenset({"passage"}),
}

_VARIABLE = re.compile(r"\{(\w+)\}")
_PARTS = re.compile(r"\A\[system\]\n(?P<system>.*?)\n\[user\]\n(?P<user>.*)\Z", re.DOTALL)

# Text that would close or open the fence around a source, however it is spaced or cased, invisible characters included.
_FENCE = re.compile(
    r"[<＜](?=[\s\u00ad\u200b-\u200f\u2060\ufeff]{0,9}[/／]?[\s\u00ad\u200b-\u200f\u2060\ufeff]{0,9}source\b)",
    re.IGNORECASE,
)

# Tokens per character, on the careful side: tokenizers of the Qwen, Llama and Gemma families make a token of about 4
# Latin and 2 to 3 Arabic characters, one of every digit, and up to three of a sign they do not know. Ollama drops the
# front of an overlong prompt without a word, so the estimate has to err on the side of leaving a source out.
_TOKENS_PER_CHARACTER = (
    (re.compile(rf"[A-Za-z\s{re.escape(string.punctuation)}]"), 1 / 3),
    (re.compile(f"[{ARABIC_LETTERS}\u0640،؛؟«»]"), 1 / 1.8),
    (re.compile(f"[{ARABIC_MARKS}\u00c0-\u024f]|\\d"), 1.0),
)
_TOKENS_PER_OTHER_CHARACTER = 2.0
_MESSAGE_OVERHEAD_TOKENS = 8

# A token never holds two words, and markup and punctuation are left out of the count; the small share is for servers
# that count without the template.
_WORDS = re.compile(r"[^\W\d_]+")
_LEAST_TOKENS_PER_WORD = 0.9


@dataclass(frozen=True, slots=True)
class Prompt:
    """The two messages of a task, with their variables still open."""

    system: str
    user: str

    def fill(self, **values: str) -> Prompt:
        """Both messages with every variable replaced, in one pass: braces in the values stay as they are."""

        def replace(match: re.Match[str]) -> str:
            return values[match.group(1)]

        return Prompt(_VARIABLE.sub(replace, self.system), _VARIABLE.sub(replace, self.user))


@dataclass(frozen=True, slots=True)
class PackedSources:
    """Sources as the model reads them. `hits[i]` was shown as number i + 1; `shortened` of them lost sentences, and
    `left_out` more did not fit at all."""

    text: str
    hits: tuple[Hit, ...]
    left_out: int
    shortened: int = 0


def _folder() -> Path:
    installed = Path(__file__).parent / "prompts"
    return installed if installed.is_dir() else Path(__file__).parent.parent / "prompts"


@cache
def load_prompt(task: str, language: Language) -> Prompt:
    """The prompt of a task. Raises SettingsError where the file is missing or its variables are wrong."""
    path = _folder() / f"{task}.{language}.txt"
    return parse_prompt(_read(path), name=path.name, variables=VARIABLES[task])


def parse_prompt(content: str, *, name: str, variables: frozenset[str]) -> Prompt:
    """The content of a prompt file. Raises SettingsError where a part or one of `variables` is missing, or a variable
    is not among them."""
    match = _PARTS.match(content)
    if match is None:
        raise SettingsError(
            en=f"Prompt {name} needs a [system] and a [user] part. Restore it from the repository.",
            ar=f"ملف التعليمات {name} يحتاج إلى قسمين [system] و[user]. استعده من المستودع.",
        )
    found = frozenset(_VARIABLE.findall(match["system"] + match["user"]))
    if wrong := found ^ variables:
        names = ", ".join(sorted(wrong))
        raise SettingsError(
            en=f"Prompt {name} has missing or unknown variables: {names}. Restore it from the repository.",
            ar=f"في ملف التعليمات {name} متغيرات ناقصة أو مجهولة: {names}. استعده من المستودع.",
        )
    return Prompt(match["system"].strip(), match["user"].strip())


@cache
def refusal_sentence(language: Language) -> str:
    """The one sentence that says the documents do not answer: the same for every engine."""
    return _read(_folder() / f"refusal.{language}.txt").strip()


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            en=f"Prompt {path.name} cannot be read ({error}). Restore it from the repository.",
            ar=f"تعذّرت قراءة ملف التعليمات {path.name}. استعده من المستودع.",
        ) from error


def estimate_tokens(text: str) -> int:
    """A careful estimate of a chat model's token count, without its tokenizer."""
    tokens, counted = 1.0, 0
    for characters, per_character in _TOKENS_PER_CHARACTER:
        count = len(characters.findall(text))
        counted += count
        tokens += count * per_character
    return int(tokens + (len(text) - counted) * _TOKENS_PER_OTHER_CHARACTER)


def fence(text: str) -> str:
    """Document text that cannot end its own fence."""
    return _FENCE.sub("‹", text)


def pack_sources(hits: Sequence[Hit], *, budget_tokens: int) -> PackedSources:
    """As many whole hits as fit, best first; the one that does not fit is cut after its last fitting sentence, and
    what comes behind it is left out."""
    blocks: list[str] = []
    shown: list[Hit] = []
    left = budget_tokens
    shortened_count = 0
    for hit in hits:
        block = _block(len(shown) + 1, hit, hit.passage.text)
        if estimate_tokens(block) > left:
            shortened = _shorten(len(shown) + 1, hit, left)
            if shortened is None:
                break
            block = shortened
            shortened_count += 1
        blocks.append(block)
        shown.append(hit)
        left -= estimate_tokens(block)
        if shortened_count:
            break
    return PackedSources("\n".join(blocks), tuple(shown), len(hits) - len(shown), shortened_count)


def _block(number: int, hit: Hit, text: str) -> str:
    title = fence(" ".join(hit.passage.title.split())).replace('"', "'")
    return f'<source n="{number}" title="{title}">\n{fence(text)}\n</source>'


def _shorten(number: int, hit: Hit, budget_tokens: int) -> str | None:
    """The block from the best sentence on, as far as it fits; None where not even that sentence does."""
    passage, best = hit.passage, hit.best
    for last in range(len(passage.sentences) - 1, best - 1, -1):
        start, end = passage.sentences[best].start, passage.sentences[last].end
        block = _block(number, hit, passage.text[start - passage.start : end - passage.start])
        if estimate_tokens(block) <= budget_tokens:
            return block
    return None


def answer_budget(prompt: Prompt, *, question: str, context_tokens: int, answer_tokens: int) -> int:
    """Tokens left for sources once the instructions, the question and the answer have their room.

    Raises SettingsError where the settings leave none for any question, QuestionError where this one takes it all.
    """
    fixed = estimate_tokens(prompt.system) + estimate_tokens(prompt.user)
    fixed += max(estimate_tokens(refusal_sentence("ar")), estimate_tokens(refusal_sentence("en")))
    room = context_tokens - answer_tokens - fixed - 2 * _MESSAGE_OVERHEAD_TOKENS
    if room <= 0:
        raise SettingsError(
            en=f"RAG_LLM_CONTEXT_TOKENS={context_tokens} leaves no room for sources beside the instructions and an "
            f"answer of {answer_tokens} tokens. Raise it by at least {1 - room}, or lower RAG_LLM_ANSWER_TOKENS.",
            ar=f"لا يترك RAG_LLM_CONTEXT_TOKENS={context_tokens} مكانًا للمصادر بعد التعليمات وجواب من "
            f"{answer_tokens} رمزًا. ارفعه بمقدار {1 - room} على الأقل أو اخفض RAG_LLM_ANSWER_TOKENS.",
        )
    left = room - estimate_tokens(question)
    if left <= 0:
        raise QuestionError(
            en=f"The question is too long for the model: no source fits beside it in {context_tokens} tokens. "
            "Shorten it or raise RAG_LLM_CONTEXT_TOKENS.",
            ar=f"السؤال أطول مما يتسع له النموذج: لا يبقى للمصادر مكان معه في {context_tokens} رمزًا. "
            "اختصره أو ارفع RAG_LLM_CONTEXT_TOKENS.",
        )
    return left


def check_prompt_was_read(
    prompt: Prompt, *, read_tokens: int | None, context_tokens: int, model: str
) -> None:
    """Compares what a server says it read of a filled `prompt` with what was sent; None is a server that says nothing.

    Servers drop the front of a longer prompt without a word, and with it the rules or the best source. Raises
    ModelError where fewer tokens were read than any tokenizer makes of the text, or the context was full.
    """
    if read_tokens is None:
        return
    least = least_tokens(prompt.system + prompt.user)
    if least <= read_tokens < context_tokens:
        return
    raise ModelError(
        en=f"The server of {model} read {read_tokens} tokens of a prompt of about "
        f"{estimate_tokens(prompt.system + prompt.user)}: its context is smaller than "
        f"RAG_LLM_CONTEXT_TOKENS={context_tokens}, and sources were lost. Set that to the server's own size.",
        ar=f"قرأ خادم النموذج {model} من النص المرسل {read_tokens} رمزًا من نحو "
        f"{estimate_tokens(prompt.system + prompt.user)}: سعته أصغر من RAG_LLM_CONTEXT_TOKENS={context_tokens} "
        "فضاعت مصادر. اضبط هذا على سعة الخادم نفسه.",
    )


def least_tokens(text: str) -> int:
    """Fewer tokens than any tokenizer of a chat model makes of `text`."""
    return int(len(_WORDS.findall(text)) * _LEAST_TOKENS_PER_WORD)
