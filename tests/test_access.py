"""The password in front of everything (RAG_AUTH), through the whole app."""

from __future__ import annotations

import base64
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from fastapi.testclient import TestClient

from rag.api import create_app, require_password, serve
from rag.api.access import MOST_FORM_BYTES, Password
from rag.api.sessions import MOST_TRIES_OF_ONE, TRY_SECONDS, Tries
from rag.commands import wire
from rag.errors import SettingsError
from tests.ui.fakes import FakeAssistant, answering, make_answer

ROOT = Path(__file__).resolve().parents[1]
PASSWORD = "سندباد البحر 7"
WHOLE = f"layla:{PASSWORD}"
HOME = "http://192.168.1.5:7860"
OWN_PAGE = {"Origin": HOME}


@pytest.fixture(scope="module")
def clients() -> Iterator[TestClient]:
    app = create_app(FakeAssistant(answering(make_answer())), ui_language="auto", password=WHOLE)
    # A module's tests share one app: more wrong passwords than a minute allows are each test's own matter.
    with TestClient(app, base_url=HOME, follow_redirects=False) as client:
        yield client


@pytest.fixture
def client(clients: TestClient, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """Nobody is logged in, and nobody has tried."""
    clients.cookies.clear()
    monkeypatch.setattr(Tries, "wait_seconds", lambda *_: 0)
    return clients


def basic(user: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode("ascii")}


def bearer(value: str) -> dict[bytes, bytes]:
    return {b"Authorization": b"Bearer " + value.encode("utf-8")}


def log_in(client: TestClient, password: str = PASSWORD, **more: str) -> httpx.Response:
    form = {"user": "layla", "password": password, **more}
    return client.post("/login", data=form, headers=OWN_PAGE)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/config"),
        ("GET", "/health"),
        ("GET", "/openapi.json"),
        ("GET", "/nowhere"),
        ("GET", "/gradio_api/info"),
        ("GET", "/gradio_api/file=/etc/hostname"),
        ("GET", "/gradio_api/heartbeat/x"),
        ("POST", "/gradio_api/queue/join"),
        ("POST", "/gradio_api/upload"),
        ("GET", "/page/library"),
        ("POST", "/api/ask"),
        ("POST", "/api/search"),
        ("GET", "/api/chats/0123456789/export"),
        ("GET", "/v1/models"),
        ("POST", "/v1/chat/completions"),
        ("POST", "/login/"),
        ("GET", f"{wire.ADDRESS}/"),
        ("GET", "/logout"),
        ("OPTIONS", "/"),
    ],
)
def test_nothing_is_had_without_the_password(client: TestClient, method: str, path: str) -> None:
    response = client.request(method, path)
    assert response.status_code == 401
    assert response.json()["error"]["message_ar"].startswith("يطلب هذا الخادم كلمة مرور")
    # "Basic" would make browsers open a window of their own.
    assert response.headers["www-authenticate"] == "Bearer"
    assert "set-cookie" not in response.headers


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Mode": "navigate"}, {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}],
)
@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        ("/", "/login"),
        ("/?chat=0123456789", "/login?next=%2F%3Fchat%3D0123456789"),
        ("/health", "/login"),
        ("/?next=//evil.example", "/login"),
    ],
)
def test_a_browser_is_led_to_the_login_page(
    client: TestClient, path: str, leads_to: str, headers: dict[str, str]
) -> None:
    response = client.get(path, headers=headers)
    assert (response.status_code, response.headers["location"]) == (303, leads_to)


def test_logging_in_and_out(client: TestClient) -> None:
    response = log_in(client, next="/?chat=0123456789")
    assert (response.status_code, response.headers["location"]) == (303, "/?chat=0123456789")
    cookie = response.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Path=/" in cookie
    # Gone with the browser; over plain HTTP it could not be Secure.
    assert "Max-Age" not in cookie
    assert "Secure" not in cookie
    assert client.get("/health").status_code == 200
    assert client.get("/").headers["content-type"].startswith("text/html")
    assert client.post("/api/ask", json={"question": "q"}).status_code == 200
    (kept,) = client.cookies.items()
    out = client.post("/logout", headers=OWN_PAGE)
    assert (out.status_code, out.headers["location"]) == (303, "/login")
    assert client.get("/health").status_code == 401
    # Not only forgotten by the browser.
    assert client.get("/health", headers={"Cookie": "=".join(kept)}).status_code == 401


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/?a=/\\evil",
        "javascript:alert(1)",
        "/?x=\r\nX: 1",
        "/api/ask",
        "",
    ],
)
def test_one_is_never_led_elsewhere_after_logging_in(client: TestClient, wanted: str) -> None:
    assert log_in(client, next=wanted).headers["location"] == "/"


@pytest.mark.parametrize(
    ("user", "password"),
    [
        ("layla", ""),
        ("layla", "wrong"),
        ("layla", PASSWORD + "\0"),
        ("layla", PASSWORD[:-1]),
        ("", PASSWORD),
        ("Layla", PASSWORD),
        ("", WHOLE),
    ],
)
def test_a_wrong_password_is_told_and_nobody_is_let_in(client: TestClient, user: str, password: str) -> None:
    response = log_in(client, password, user=user)
    assert response.status_code == 401
    assert "set-cookie" not in response.headers
    assert 'role="alert"' in response.text
    assert client.get("/health").status_code == 401
    assert client.get("/health", headers=basic(user, password)).status_code == 401


def test_a_form_that_says_nothing_is_a_wrong_password(client: TestClient) -> None:
    assert client.post("/login", headers=OWN_PAGE).status_code == 401
    assert client.post("/login", content=b"\xff=\xfe&&&=", headers=OWN_PAGE).status_code == 401


def test_a_form_is_not_read_beyond_what_a_form_is(client: TestClient) -> None:
    form = b"user=layla&password=" + b"x" * MOST_FORM_BYTES
    assert client.post("/login", content=form, headers=OWN_PAGE).status_code == 413


@pytest.mark.parametrize(
    "headers",
    [
        basic("layla", PASSWORD),
        bearer(WHOLE),
        # The same letters, typed as others.
        basic("layla", "سندباد البحر 7"),
        {"authorization": basic("layla", PASSWORD)["Authorization"].replace("Basic", "BASIC")},
    ],
    ids=["basic", "bearer", "composed", "case"],
)
def test_programs_send_it_with_each_request(client: TestClient, headers: dict[str, str]) -> None:
    response = client.post("/api/search", json={"question": "كم؟", "k": 1}, headers=headers)
    assert response.status_code == 200
    # A program gets no session.
    assert "set-cookie" not in response.headers


@pytest.mark.parametrize(
    "value",
    [
        "Basic",
        "Basic !!!",
        "Basic " + base64.b64encode(b"\xff\xfe").decode(),
        "Basic " + base64.b64encode(b"layla").decode(),
        "Bearer",
        "Bearer layla",
        "Digest username=layla",
        "",
    ],
)
def test_what_is_no_password_is_none(client: TestClient, value: str) -> None:
    assert client.get("/health", headers={"Authorization": value}).status_code == 401


def test_terminals_have_a_token_of_their_own(client: TestClient) -> None:
    """Without commands there is nothing at their address; what matters is that it is not the password that is asked."""
    assert client.get(wire.ADDRESS).status_code == 404


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (HOME, 303),
        (None, 303),
        ("https://192.168.1.5:7860", 303),
        ("http://192.168.1.5:8000", 403),
        ("https://evil.example", 403),
        ("null", 403),
    ],
)
def test_nobody_is_logged_in_from_another_page(client: TestClient, origin: str | None, status: int) -> None:
    headers = {} if origin is None else {"Origin": origin}
    form = {"user": "layla", "password": PASSWORD}
    assert client.post("/login", data=form, headers=headers).status_code == status


@pytest.mark.parametrize(
    "host", ["192.168.1.5:7860", "layla-pc.local", "سند.example", "[fe80::1]:7860", "localhost"]
)
def test_any_name_of_the_machine_will_do(client: TestClient, host: str) -> None:
    assert (
        client.get("/login", headers={"Host": host.encode("idna") if "س" in host else host}).status_code
        == 200
    )


@pytest.mark.parametrize("host", ["", "["])
def test_no_name_will_not(client: TestClient, host: str) -> None:
    assert client.get("/login", headers={"Host": host}).status_code == 403


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("ar-EG,en;q=0.5", "ar"),
        ("fr,en-GB;q=0.8,ar;q=0.7", "en"),
        ("arn", "en"),
        ("", "en"),
        ("ar;q=1", "ar"),
    ],
)
def test_the_login_page_speaks_the_browsers_language(
    client: TestClient, accepted: str, language: str
) -> None:
    page = client.get("/login", headers={"Accept-Language": accepted})
    assert f'<html lang="{language}"' in page.text
    assert page.headers["cache-control"] == "no-store"
    policy = page.headers["content-security-policy"]
    assert "'sha256-" in policy
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self'" in policy


def test_what_comes_after_logging_in_is_text(client: TestClient) -> None:
    page = client.get("/login", params={"next": '"><script>alert(1)</script>'}).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_guessing_ends_soon() -> None:
    app = create_app(FakeAssistant(), ui_language="en", password=WHOLE)
    with TestClient(app, base_url=HOME, follow_redirects=False) as client:
        for _ in range(MOST_TRIES_OF_ONE - 1):
            assert client.get("/health", headers=basic("layla", "guess")).status_code == 401
        assert log_in(client, "guess").status_code == 401
        # Also for the right one: else it could be found by guessing on.
        refused = client.get("/health", headers=basic("layla", PASSWORD))
        assert refused.status_code == 429
        assert 0 < int(refused.headers["retry-after"]) <= TRY_SECONDS
        page = log_in(client)
        assert page.status_code == 429
        assert "Wait a minute" in page.text
        assert "انتظر دقيقة" in page.text


def test_who_is_logged_in_does_not_wait_for_those_who_guess() -> None:
    app = create_app(FakeAssistant(), ui_language="en", password=WHOLE)
    with TestClient(app, base_url=HOME, follow_redirects=False) as client:
        assert log_in(client).status_code == 303
        for _ in range(MOST_TRIES_OF_ONE):
            log_in(client, "guess")
        assert client.get("/health").status_code == 200


@pytest.mark.parametrize(
    ("value", "user", "password", "fits"),
    [
        ("longsecret", "", "longsecret", True),
        ("longsecret", "anybody", "longsecret", True),
        ("longsecret", "", "longsecre", False),
        ("a:b:c:d:e:f", "a", "b:c:d:e:f", True),
        ("a:b:c:d:e:f", "a:b", "c:d:e:f", True),
        ("caf\u00e9-caf\u00e9", "", "cafe\u0301-cafe\u0301", True),
        ("كلمة سرّية", "", "كلمة سرية", False),
        ("longsecret", "", "\ud800", False),
    ],
)
def test_a_password_fits(value: str, user: str, password: str, fits: bool) -> None:
    assert Password(value).fits(user, password) is fits
    assert value not in repr(Password(value))


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "example.org"])
def test_a_host_open_to_the_network_needs_one(host: str) -> None:
    with pytest.raises(SettingsError, match=r"RAG_HOST.*RAG_AUTH") as failure:
        require_password(host, "")
    assert "RAG_AUTH" in failure.value.ar
    with pytest.raises(SettingsError, match="RAG_AUTH"):
        serve(FakeAssistant(), host=host, port=0, ui_language="auto", on_ready=print)
    require_password(host, WHOLE)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST", "::1"])
def test_loopback_needs_none(host: str) -> None:
    require_password(host, "")


SERVE = """
import sys
from rag.api import serve
from tests.ui.fakes import FakeAssistant

serve(
    FakeAssistant(),
    host=sys.argv[1],
    port=0,
    ui_language="auto",
    password=sys.argv[2],
    on_ready=lambda at: print(at.page, at.local, flush=True),
)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has all of 127.0.0.0/8 without being set up")
@pytest.mark.parametrize("host", ["127.0.0.2", "0.0.0.0"])
def test_with_a_password_it_is_open_to_others_and_to_terminals_here(host: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SERVE, host, WHOLE], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            page, local = process.stdout.readline().split()
            for address in (page, local):
                with httpx.Client(base_url=address, trust_env=False) as client:
                    assert client.get("/health").status_code == 401
                    assert client.get("/health", headers=basic("layla", PASSWORD)).status_code == 200
            assert urlsplit(local).hostname == "127.0.0.1"
            assert host == "0.0.0.0" or urlsplit(page).hostname == host
        finally:
            process.kill()
