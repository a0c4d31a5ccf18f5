import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
from fastapi.testclient import TestClient

from rag.api import Addresses, create_app, serve
from rag.api.chat import Closable
from rag.errors import (
    EmbeddingModelError,
    LibraryError,
    ModelMissingError,
    ModelUnreachableError,
    QuestionError,
    RagError,
    SettingsError,
)
from rag.schema import SourcesFound, TextDelta
from rag.serialise import answer_json
from rag.ui.page import page_script
from tests.ui.fakes import GATE_SECONDS, FakeAssistant, answering, make_answer, make_hit, make_refusal
from tests.ui.serving import serving

ROOT = Path(__file__).resolve().parents[1]
DOWN = ModelUnreachableError(en="No model server answers.", ar="لا يجيب أي خادم نماذج.")


def client_of(assistant: FakeAssistant, **headers: str) -> TestClient:
    return TestClient(
        create_app(assistant, ui_language="auto"),
        base_url="http://127.0.0.1:7860",
        headers=headers,
        raise_server_exceptions=False,
    )


@pytest.fixture(scope="module")
def assistant() -> FakeAssistant:
    return FakeAssistant(answering(make_answer(), "The bridge is ", "81 metres long. [1]"))


@pytest.fixture(scope="module")
def client(assistant: FakeAssistant) -> Iterator[TestClient]:
    with client_of(assistant) as client:
        yield client


def chat(client: TestClient, *, stream: bool = False, messages: Any = None) -> httpx.Response:
    asked = messages or [{"role": "user", "content": "How long is the bridge?"}]
    return client.post("/v1/chat/completions", json={"model": "any", "messages": asked, "stream": stream})


def events_of(response: httpx.Response) -> list[Any]:
    """The data of each server-sent event; the closing line stays as it is."""
    lines = [line.removeprefix("data: ") for line in response.text.splitlines() if line]
    return [line if line == "[DONE]" else json.loads(line) for line in lines]


def test_health_says_what_is_there(client: TestClient) -> None:
    response = client.get("/health")
    assert response.status_code == 200
    assert response.json() == {"status": "ok", "engine": "extractive", "sources": 1, "passages": 2}


def test_ask_returns_the_public_json(client: TestClient) -> None:
    answer = client.post("/api/ask", json={"question": "How long?"}).json()
    assert answer["answer"] == "The bridge is 81 metres long.[1]"
    assert answer["citations"][0]["quote"] == "The bridge is 81 metres long."
    assert answer["claims"][0]["status"] == "supported"


def test_search_returns_as_many_hits_as_asked_for(client: TestClient) -> None:
    found = client.post("/api/search", json={"question": "كم طول الجسر؟", "k": 3}).json()
    assert found["question"] == "كم طول الجسر؟"
    assert len(found["hits"]) == 3


def test_arabic_is_sent_as_it_is(client: TestClient) -> None:
    response = client.post("/api/search", json={"question": "كم طول الجسر؟"})
    assert "كم طول الجسر؟" in response.content.decode("utf-8")


@pytest.fixture
def chat_id(assistant: FakeAssistant) -> str:
    """A chat of one exchange."""
    kept = assistant.index.chats.create("كم طول الجسر؟")
    assistant.index.chats.append(kept, "كم طول الجسر؟", answer_json(make_answer()))
    return kept


@pytest.mark.parametrize(
    ("query", "words"),
    [({}, "**Sources**"), ({"language": "en"}, "**Sources**"), ({"language": "ar"}, "**المصادر**")],
)
def test_a_chat_is_exported_to_read(
    client: TestClient, chat_id: str, query: dict[str, str], words: str
) -> None:
    response = client.get(f"/api/chats/{chat_id}/export", params=query)
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/markdown; charset=utf-8"
    assert response.headers["content-disposition"].startswith("attachment;")
    assert response.headers["x-content-type-options"] == "nosniff"
    text = response.content.decode("utf-8")
    assert words in text
    assert "كم طول الجسر؟" in text


def test_a_chat_is_exported_to_keep(client: TestClient, chat_id: str) -> None:
    response = client.get(f"/api/chats/{chat_id}/export", params={"format": "json"})
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    (message,) = response.json()["messages"]
    assert message["question"] == "كم طول الجسر؟"
    assert message["answer"]["citations"][0]["quote"] == "The bridge is 81 metres long."
    assert "كم طول الجسر؟" in response.content.decode("utf-8")


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("كم طول الجسر؟", "كم طول الجسر؟.md"),
        ("../../etc/passwd", "etc passwd.md"),
        ('a"b\\c:d*e?f<g>h|i', "a b c d e f g h i.md"),
        ("bill \u202efdp.exe", "bill fdp.exe.md"),
        ("line\r\nX-Evil: 1", "line X-Evil 1.md"),
        ("???", None),
    ],
)
def test_an_exported_file_has_a_name_that_any_system_takes(
    client: TestClient, assistant: FakeAssistant, chat_id: str, title: str, name: str | None
) -> None:
    assistant.index.chats.rename(chat_id, title)
    headers = client.get(f"/api/chats/{chat_id}/export").headers
    said = headers["content-disposition"]
    assert said.isascii()
    assert f'filename="chat-{chat_id}.md"' in said
    assert unquote(said.partition("filename*=UTF-8''")[2]) == (name or f"{chat_id}.md")
    assert "x-evil" not in headers


@pytest.mark.parametrize("unknown", ["0123456789", "x", "%2e%2e%2fhealth"])
def test_an_unknown_chat_is_not_there(client: TestClient, unknown: str) -> None:
    response = client.get(f"/api/chats/{unknown}/export")
    assert response.status_code == 404
    if unknown.isalnum():
        assert response.json()["error"]["message_ar"].startswith("لا توجد هذه المحادثة")


@pytest.mark.parametrize("query", [{"format": "html"}, {"language": "fr"}])
def test_an_export_of_another_kind_is_refused(
    client: TestClient, chat_id: str, query: dict[str, str]
) -> None:
    assert client.get(f"/api/chats/{chat_id}/export", params=query).status_code == 422


def test_models_name_the_assistant(client: TestClient) -> None:
    assert [model["id"] for model in client.get("/v1/models").json()["data"]] == ["sanad"]


def test_a_chat_reply_has_text_and_the_answer(client: TestClient) -> None:
    reply = chat(client).json()
    assert reply["object"] == "chat.completion"
    choice = reply["choices"][0]
    assert choice["message"] == {"role": "assistant", "content": "The bridge is 81 metres long.[1]"}
    assert choice["finish_reason"] == "stop"
    assert reply["sanad"]["citations"][0]["n"] == 1


@pytest.mark.parametrize(
    ("messages", "question"),
    [
        ([{"role": "user", "content": "one"}], "one"),
        ([{"role": "system", "content": "s"}, {"role": "user", "content": "كم؟"}], "كم؟"),
        (
            [
                {"role": "user", "content": "one"},
                {"role": "assistant", "content": "a"},
                {"role": "user", "content": "two"},
            ],
            "two",
        ),
        ([{"role": "user", "content": [{"type": "text", "text": "part"}, {"type": "image_url"}]}], "part"),
    ],
)
def test_the_last_user_message_is_the_question(
    client: TestClient, assistant: FakeAssistant, messages: Any, question: str
) -> None:
    assert chat(client, messages=messages).status_code == 200
    assert assistant.questions[-1] == question


def test_a_chat_without_a_user_is_refused(client: TestClient) -> None:
    response = chat(client, messages=[{"role": "system", "content": "be brief"}])
    assert response.status_code == 400
    assert "role 'user'" in response.json()["error"]["message"]


def test_a_streamed_chat_goes_from_sources_to_the_answer(client: TestClient) -> None:
    response = chat(client, stream=True)
    assert response.headers["content-type"].startswith("text/event-stream")
    *chunks, done = events_of(response)
    assert done == "[DONE]"
    assert {chunk["object"] for chunk in chunks} == {"chat.completion.chunk"}
    assert len({chunk["id"] for chunk in chunks}) == 1
    deltas = [chunk["choices"][0]["delta"] for chunk in chunks]
    assert deltas[0] == {"role": "assistant", "content": ""}
    assert "".join(delta.get("content", "") for delta in deltas) == "The bridge is 81 metres long. [1]"
    assert chunks[0]["sanad"]["sources"][0]["source"] == "bridges.txt"
    assert [chunk["choices"][0]["finish_reason"] for chunk in chunks] == [None, None, None, "stop"]
    assert chunks[-1]["sanad"]["citations"][0]["source"] == "bridges.txt"


def test_a_refusal_is_an_answer() -> None:
    with client_of(FakeAssistant(answering(make_refusal(hits=[make_hit()])))) as client:
        answer = client.post("/api/ask", json={"question": "Who painted it?"})
    assert answer.status_code == 200
    assert answer.json()["refused"] is True
    assert len(answer.json()["nearest"]) == 1


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (QuestionError, 400),
        (LibraryError, 503),
        (ModelUnreachableError, 502),
        (ModelMissingError, 502),
        (EmbeddingModelError, 500),
    ],
)
def test_errors_are_told_in_both_languages(kind: type[RagError], status: int) -> None:
    with client_of(FakeAssistant([kind(en="What, where, next.", ar="ماذا وأين وما العمل.")])) as client:
        for response in (
            client.post("/api/ask", json={"question": "q"}),
            chat(client),
            chat(client, stream=True),
        ):
            assert response.status_code == status
            assert response.json() == {
                "error": {
                    "type": kind.__name__,
                    "message": "What, where, next.",
                    "message_ar": "ماذا وأين وما العمل.",
                }
            }


def test_an_error_in_mid_stream_ends_the_stream() -> None:
    with client_of(FakeAssistant([SourcesFound((), "x"), TextDelta("half"), DOWN])) as client:
        *_, error, done = events_of(chat(client, stream=True))
    assert error["error"]["message_ar"] == DOWN.ar
    assert done == "[DONE]"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/ask", b"{}"),
        ("/api/ask", b"not json"),
        ("/api/ask", b'{"question": 5}'),
        ("/api/search", b'{"question": "q", "k": 0}'),
        ("/api/search", b'{"question": "q", "k": 100000}'),
        ("/v1/chat/completions", b'{"messages": "hello"}'),
        ("/v1/chat/completions", b'{"messages": [{"role": "pirate", "content": "q"}]}'),
    ],
)
def test_a_body_that_cannot_be_read_is_said_in_both_languages(
    client: TestClient, path: str, body: bytes
) -> None:
    response = client.post(path, content=body, headers={"Content-Type": "application/json"})
    assert response.status_code == 422
    assert "cannot be read" in response.json()["error"]["message"]
    assert "تعذّرت قراءة الطلب" in response.json()["error"]["message_ar"]


def test_half_a_character_is_read_as_one_that_is_missing(client: TestClient) -> None:
    response = client.post(
        "/api/search", content=b'{"question": "a \\ud800 b"}', headers={"Content-Type": "application/json"}
    )
    assert response.json()["question"] == "a \ufffd b"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:7860", "localhost:7860", "LOCALHOST", "[::1]:7860"])
def test_loopback_names_are_answered(client: TestClient, host: str) -> None:
    assert client.get("/health", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:7860",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "192.168.1.5",
        "[",
        "",
    ],
)
@pytest.mark.parametrize("path", ["/", "/health", "/gradio_api/startup-events", "/config"])
def test_other_names_are_refused(client: TestClient, host: str, path: str) -> None:
    """DNS rebinding: another name was made to resolve to this machine."""
    response = client.get(path, headers={"Host": host})
    assert response.status_code == 403
    assert response.json()["error"]["message_ar"]


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://127.0.0.1:7860", 200),
        ("http://127.0.0.1:8888", 403),
        ("http://localhost:7860", 403),
        ("https://evil.example", 403),
        ("null", 403),
    ],
)
def test_only_its_own_page_may_ask(client: TestClient, origin: str, status: int) -> None:
    response = client.post("/api/ask", json={"question": "q"}, headers={"Origin": origin})
    assert response.status_code == status
    assert "access-control-allow-origin" not in response.headers or status == 200


@pytest.mark.parametrize("path", ["/", "/health", "/nowhere", "/config", "/theme.css", "/openapi.json"])
def test_every_response_has_the_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'self'"
    assert policy["connect-src"] == policy["form-action"] == "'self'"
    assert policy["img-src"] == "'self' data:"
    assert policy["object-src"] == policy["frame-ancestors"] == "'none'"
    assert "'unsafe-inline'" not in policy["script-src"]
    assert "http" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_documentation_from_another_host_is_off(client: TestClient) -> None:
    assert "cdn" not in client.get("/docs").text
    assert "cdn" not in client.get("/redoc").text


@pytest.mark.parametrize(
    "path", ["/etc/hostname", "pyproject.toml", str(ROOT / "pyproject.toml"), "rag/ui/page.py"]
)
def test_gradio_serves_no_file_of_this_machine(client: TestClient, path: str) -> None:
    assert client.get(f"/gradio_api/file={path}").status_code in {403, 404}


def test_gradio_takes_no_file(client: TestClient) -> None:
    response = client.post("/gradio_api/upload", files={"files": ("x.txt", b"more than a byte")})
    assert response.status_code == 413


def test_gradio_offers_no_endpoint_of_its_own(client: TestClient) -> None:
    assert client.get("/gradio_api/info").json()["named_endpoints"] == {}
    assert client.get("/config").json()["analytics_enabled"] is False


@pytest.mark.parametrize("language", ["auto", "ar", "en"])
def test_the_page_script_knows_the_configured_language(language: str) -> None:
    script = page_script(language)
    assert f'"language": "{language}"' in script
    assert "__SANAD_PAGE__" not in script
    assert "اسأل" in script


def test_a_client_that_goes_away_stops_the_model() -> None:
    """The model is waiting for its third word when the client leaves; it is stopped with that, or one soon after."""
    gate = threading.Semaphore(3)
    assistant = FakeAssistant(answering(make_answer(), *["word "] * 50), gate=gate)
    body = {"messages": [{"role": "user", "content": "q"}], "stream": True}
    with serving(assistant) as address, httpx.Client(base_url=address, trust_env=False) as client:
        with client.stream("POST", "/v1/chat/completions", json=body) as response:
            words = (line for line in response.iter_lines() if '"word "' in line)
            next(words)
            next(words)
        assert not assistant.closed.is_set()
        # Words may go out before the server has noticed. There are more of them than are let go here.
        for _ in range(40):
            gate.release()
            if assistant.closed.wait(timeout=GATE_SECONDS / 40):
                break
        assert assistant.closed.is_set()


def test_a_stream_that_is_closed_while_its_next_chunk_is_made_ends_with_that() -> None:
    """As where the server stops. A generator that is at work cannot be closed, and says so."""
    is_at_work, may_go_on, is_over = threading.Event(), threading.Event(), threading.Event()

    def chunks() -> Generator[str]:
        try:
            yield "one"
            is_at_work.set()
            may_go_on.wait(timeout=GATE_SECONDS)
            yield "two"
            yield "three"
        finally:
            is_over.set()

    stream = Closable(chunks())
    taken: list[str] = []
    reader = threading.Thread(target=lambda: taken.extend(stream))
    reader.start()
    assert is_at_work.wait(timeout=GATE_SECONDS)
    stream.close()
    assert not is_over.is_set()
    may_go_on.set()
    reader.join(timeout=GATE_SECONDS)
    assert is_over.is_set()
    assert taken == ["one", "two"]
    stream.close()


def test_a_stream_that_nobody_reads_is_closed_at_once() -> None:
    is_over = threading.Event()

    def chunks() -> Generator[str]:
        try:
            yield "one"
            yield "two"
        finally:
            is_over.set()

    stream = Closable(chunks())
    assert next(stream) == "one"
    stream.close()
    assert is_over.is_set()
    assert list(stream) == []


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "example.org"])
def test_a_host_open_to_the_network_is_refused(host: str) -> None:
    with pytest.raises(SettingsError, match="RAG_HOST"):
        serve(FakeAssistant(), host=host, port=0, ui_language="auto", on_ready=print)


def test_a_port_that_is_taken_is_said_before_anything_is_announced() -> None:
    announced: list[Addresses] = []
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(SettingsError, match=f"Port {port} .* RAG_PORT") as failure:
            serve(FakeAssistant(), host="127.0.0.1", port=port, ui_language="auto", on_ready=announced.append)
    assert "RAG_PORT" in failure.value.ar
    assert announced == []


SERVE = """
from rag.api import serve
from tests.ui.fakes import GATE_SECONDS, FakeAssistant

serve(FakeAssistant(), host="127.0.0.1", port=0, ui_language="auto", on_ready=lambda at: print(at.page, flush=True))
print("ended", flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="signals are sent the POSIX way")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_answers_once_announced_and_ends_quietly(number: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SERVE], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        address = process.stdout.readline().strip()
        try:
            assert httpx.get(f"{address}/health", trust_env=False).status_code == 200
            # An open page holds a connection; ending must not wait for it.
            with httpx.stream("GET", f"{address}/gradio_api/heartbeat/test", trust_env=False) as page:
                assert page.status_code == 200
                process.send_signal(number)
                assert process.wait(timeout=20) == 0
        finally:
            process.kill()
        assert process.stdout.read() == "ended\n"
        assert process.stderr.read() == ""


def test_app_py_is_rag_serve() -> None:
    shown = subprocess.run(
        [sys.executable, "app.py", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    )
    assert "RAG_PORT" in shown.stdout
