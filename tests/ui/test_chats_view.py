"""The list of chats and the bar of the open one, parsed as a browser would."""

from urllib.parse import parse_qs, urlsplit

import pytest

from rag.index import ChatInfo
from rag.ui.chats_view import CHATS_PER_PAGE, bar_html, head_html, list_html
from tests.ui.test_render import HOSTILE, elements, parse, text_of

ELEMENTS = {
    *(
        "a",
        "bdi",
        "button",
        "details",
        "div",
        "form",
        "h2",
        "input",
        "label",
        "li",
        "nav",
        "p",
        "path",
        "span",
    ),
    *("summary", "svg", "time", "ul"),
}


def chat(n: int = 0, title: str = "Bridges") -> ChatInfo:
    return ChatInfo(f"{n:010x}", title, "2026-11-20T10:00:00+00:00", "2026-11-21T22:30:00.000001+00:00", 2)


def listed(*chats: ChatInfo, current: str | None = None, searched: bool = False, pages: int = 1) -> str:
    return list_html(chats, current=current, searched=searched, pages=pages)


@pytest.mark.parametrize("title", HOSTILE)
def test_a_title_is_only_ever_text(title: str) -> None:
    for html, place in (
        (listed(chat(title=title)), ".chat-title"),
        (bar_html(chat(title=title)), ".chat-name"),
    ):
        body = parse(html)
        for element in elements(body):
            assert element.tag in ELEMENTS
            assert not [name for name in element.attributes if name.startswith("on")]
        assert text_of(html, place) == title
        assert body.css_first(place).attributes["dir"] == "auto"
    assert parse(bar_html(chat(title=title))).css_first("input").attributes["value"] == title


def test_each_chat_is_a_link_that_works_by_itself() -> None:
    first, second = chat(1, "كم دولة؟"), chat(2, "How many?")
    body = parse(listed(first, second, current=second.id))
    links = body.css("a.chat")
    assert [link.attributes["href"] for link in links] == [f"/?chat={first.id}", f"/?chat={second.id}"]
    assert [link.attributes.get("aria-current") for link in links] == [None, "page"]
    assert body.css_first("time").attributes["datetime"] == first.updated_at
    assert body.css_first("time").text() == "2026-11-21"
    assert body.css_first("nav").attributes["aria-labelledby"] == "chats-title"
    assert parse(head_html()).css_first("#chats-title") is not None


@pytest.mark.parametrize(
    ("count", "pages", "shown", "more"),
    [
        (1, 1, 1, False),
        (CHATS_PER_PAGE, 1, CHATS_PER_PAGE, False),
        (CHATS_PER_PAGE + 1, 1, CHATS_PER_PAGE, True),
        (CHATS_PER_PAGE + 1, 2, CHATS_PER_PAGE + 1, False),
    ],
)
def test_a_long_list_is_shown_page_by_page(count: int, pages: int, shown: int, more: bool) -> None:
    body = parse(listed(*map(chat, range(count)), pages=pages))
    assert len(body.css(".chat")) == shown
    assert (body.css_first('[data-act="more"]') is not None) == more


@pytest.mark.parametrize(
    ("searched", "words"),
    [(False, ["is kept here", "تُحفظ أسئلتك"]), (True, ["No chat holds these words", "لا محادثة فيها"])],
)
def test_an_empty_list_says_why(searched: bool, words: list[str]) -> None:
    assert all(word in text_of(listed(searched=searched), ".none") for word in words)


def test_what_just_happened_is_read_out() -> None:
    html = list_html([], current=None, searched=False, told="chat_deleted")
    assert "The chat was deleted." in text_of(html, '[role="status"]')


def test_a_chat_is_saved_in_either_form_and_language() -> None:
    links = parse(bar_html(chat(7))).css(".save a")
    assert [link.attributes["lang"] for link in links] == ["en", "ar", "en", "ar"]
    for link, file_format in zip(links, ("markdown", "markdown", "json", "json"), strict=True):
        address = urlsplit(link.attributes["href"] or "")
        assert address.path == "/api/chats/0000000007/export"
        assert parse_qs(address.query) == {"format": [file_format], "language": [link.attributes["lang"]]}
        assert "download" in link.attributes


def test_deleting_takes_a_second_step() -> None:
    body = parse(bar_html(chat()))
    button = body.css_first('[data-act="delete"]')
    assert body.css_first('details.delete > [data-act="delete"]') is not None
    assert "Delete for good" in button.text()
    assert body.css_first("details.delete").attributes.get("open", "closed") == "closed"


def test_a_new_chat_has_nothing_to_rename() -> None:
    body = parse(bar_html(None))
    assert body.css_first(".chat-bar").attributes["data-chat"] == ""
    assert body.css_first("form") is None


def test_a_title_that_was_refused_says_why_where_it_was_typed() -> None:
    body = parse(bar_html(chat(), told="rename_empty"))
    assert "A chat needs a title." in body.css_first('.menu [role="alert"]').text()
    assert "open" in body.css_first("details.menu").attributes
