"""What the HTTP API reads. Unknown keys are let through: OpenAI's clients send many that do not matter here."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field

from rag.errors import QuestionError
from rag.ui.turn import well_formed

Text = Annotated[str, AfterValidator(well_formed)]


class AskBody(BaseModel):
    """POST /api/ask. With `only` the answer stands on these sources alone."""

    question: Text
    only: list[Text] | None = Field(None, min_length=1)


class SearchBody(BaseModel):
    """POST /api/search, in `only` these sources, if any are named."""

    question: Text
    only: list[Text] | None = Field(None, min_length=1)
    k: int = Field(10, ge=1, le=1000)


class ContentPart(BaseModel):
    """A part of a message; only text is read."""

    type: str
    text: Text = ""


class ChatMessage(BaseModel):
    """A message of a chat."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: Text | list[ContentPart] | None = None


class ChatBody(BaseModel):
    """POST /v1/chat/completions."""

    messages: list[ChatMessage]
    stream: bool = False

    def question(self) -> str:
        """The last message of the user. Raises QuestionError where there is none."""
        for message in reversed(self.messages):
            if message.role == "user":
                content = message.content or ""
                if isinstance(content, str):
                    return content
                return "\n".join(part.text for part in content if part.type == "text")
        raise QuestionError(
            en="The chat has no message of the user. Send the question as the last message with role 'user'.",
            ar="ليس في المحادثة رسالة من المستخدم. أرسل السؤال في آخر رسالة ودورها 'user'.",
        )
