"""The pages of documents as the panel asks for them."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.responses import JSONResponse
from starlette.testclient import TestClient

from rag.errors import RagError
from rag.pipeline import make_assistant, open_index, sync_paths
from rag.schema import Embedder
from rag.settings import load_settings
from rag.ui.source_routes import source_router
from tests.load import pdfs
from tests.ui.fakes import PAGE, QUOTE, START, FakeAssistant
from tests.ui.test_render import HOSTILE, parse

LONG = "\n".join(f"Line number {n} of a long document, as long as any other." for n in range(5000))


def client(assistant: object) -> TestClient:
    app = FastAPI()
    app.include_router(source_router(assistant))  # type: ignore[arg-type]

    @app.exception_handler(RagError)
    async def say(_: object, error: RagError) -> JSONResponse:
        return JSONResponse({"en": error.en, "ar": error.ar}, status_code=503)

    return TestClient(app)


@pytest.fixture
def fake() -> TestClient:
    pages: dict[tuple[str, int | None], str] = {
        ("bridges.txt", None): PAGE,
        ("long.txt", None): LONG,
        **{("slides.pptx", n): f"Slide {n} says little." for n in (1, 2, 3, 5)},
        **{(name, None): name for name in HOSTILE},
        ("empty.txt", None): " \n",
    }
    return client(FakeAssistant(pages=pages))


def test_the_quote_is_marked_in_its_document(fake: TestClient) -> None:
    reply = fake.post(
        "/page/source",
        json={
            "source": "bridges.txt", "page": "", "start": str(START), "end": str(START + len(QUOTE)),
            "quote": QUOTE, "n": "2", "total": "3", "picture": "true",
        },
    )  # fmt: skip
    body = parse(reply.text)
    assert body.css_first("mark").text() == QUOTE
    assert "".join(line.text() for line in body.css(".paper p")) == PAGE.replace("\n", "")
    assert body.css_first("h2").text() == "Title of bridges.txt"
    assert "Source 2 of 3" in body.css_first(".where").text()
    assert "المصدر 2 من 3" in body.css_first(".where").text()
    for absent in (".reader-pages", ".views", ".note", ".more", "[data-leaf]"):
        assert body.css_first(absent) is None
    assert reply.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("quote", "marked", "words"),
    [
        ("It was opened in 1932.", "It was opened in 1932.", "this is where the sentence stands now"),
        ("It was closed in 1988.", None, "no longer on this page"),
    ],
)
def test_a_quote_that_has_moved_or_gone_says_so(
    fake: TestClient, quote: str, marked: str | None, words: str
) -> None:
    asked = {"source": "bridges.txt", "start": START, "end": START + 5, "quote": quote, "n": 1, "total": 1}
    body = parse(fake.post("/page/source", json=asked).text)
    mark = body.css_first("mark")
    assert (mark.text() if mark else None) == marked
    assert words in body.css_first(".note").text()
    assert (body.css_first(".note blockquote") is None) == (marked is not None)


def test_a_long_document_comes_in_parts(fake: TestClient) -> None:
    middle = LONG.index("Line number 2500 ")
    reply = fake.post("/page/source", json={"source": "long.txt", "start": middle, "end": middle + 16})
    assert len(reply.text) < 40_000
    body = parse(reply.text)
    assert body.css_first("mark").text() == "Line number 2500"
    shown = [line.text() for line in body.css(".paper p")]
    for button in (body.css_first("#more-above"), body.css_first("#more-below")):
        given = {name: value for name, value in button.attributes.items() if name.startswith("data-")}
        assert body.css_first(given["data-into"]) is not None
        query = {name.removeprefix("data-"): value for name, value in given.items()}
        more = parse(fake.get(given["data-get"], params=query).text)
        lines = [line.text() for line in more.css("p")]
        shown = lines + shown if query["above"] == "true" else shown + lines
        assert more.css_first("#" + button.attributes["id"]) is not None
    at = LONG.splitlines().index(shown[0])
    assert shown == LONG.splitlines()[at : at + len(shown)]
    assert len(shown) > 700


def test_numbered_pages_lead_to_one_another(fake: TestClient) -> None:
    body = parse(
        fake.post("/page/source", json={"source": "slides.pptx", "page": 3, "n": 1, "total": 2}).text
    )
    turns = {id_: body.css_first(f"#{id_}").attributes for id_ in ("previous-page", "next-page")}
    assert [turns[id_]["data-page"] for id_ in turns] == ["2", "5"]
    field = body.css_first("#reader-page").attributes
    assert (field["value"], field["max"]) == ("3", "5")
    assert "slide" in body.css_first(".reader-pages label").text()
    assert "شريحة 3" in body.css_first(".where").text()
    assert body.css_first('[data-step="0"]') is not None
    first = parse(fake.post("/page/source", json={"source": "slides.pptx", "page": "1"}).text)
    assert "disabled" in first.css_first("#previous-page").attributes


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"source": "gone.txt"}, "gone.txt"),
        ({"source": "slides.pptx", "page": 4}, "There is no page 4"),
        ({"source": "bridges.txt", "page": 1}, "There is no page 1"),
    ],
)
def test_what_is_gone_is_an_error_in_both_languages(
    fake: TestClient, asked: dict[str, object], said: str
) -> None:
    reply = fake.post("/page/source", json=asked)
    assert reply.status_code == 503
    assert said in reply.json()["en"]
    assert "\u0600" <= reply.json()["ar"][0] <= "\u06ff"


def test_an_empty_page_says_so(fake: TestClient) -> None:
    assert "no text on this page" in fake.post("/page/source", json={"source": "empty.txt"}).text


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_and_texts_are_text(fake: TestClient, text: str) -> None:
    asked = {"source": text, "start": 0, "end": len(text), "quote": f"{text} gone", "n": 1, "total": 1}
    body = parse(fake.post("/page/source", json=asked).text)
    assert not body.css("script, img, iframe, form, style, a, object")
    assert body.css_first(".paper p").text() == text
    assert body.css_first(".note blockquote").text() == f"{text} gone"


@pytest.fixture(scope="module")
def library(
    embedder: Embedder, model_cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[TestClient, Path, list[str]]]:
    """A library of one Arabic PDF; its client, its file, and what its first page says line by line."""
    folder = tmp_path_factory.mktemp("pdf")
    file = folder / "بيان.pdf"
    file.write_bytes(pdfs.fpdf_pdf(pdfs.seeds()[0], "naskh"))
    settings = load_settings(home=tmp_path_factory.mktemp("home"), cache=model_cache, llm="extractive")
    with open_index(settings, embedder, command="test") as index:
        sync_paths(settings, index, embedder, [file])
        (info,) = index.sources()
        lines = index.page_text(info.source, 1).splitlines()
        yield client(make_assistant(settings, index, embedder)), file, [info.source, *lines]


def test_a_page_of_a_pdf_is_a_picture_with_the_quote_marked(
    library: tuple[TestClient, Path, list[str]],
) -> None:
    page, _, (source, *lines) = library
    quote = next(line for line in lines if len(line) > 60)
    start = "\n".join(lines).index(quote)
    asked = {
        "source": source,
        "page": 1,
        "start": start,
        "end": start + len(quote),
        "quote": quote,
        "n": 1,
        "total": 1,
    }
    body = parse(page.post("/page/source", json=asked).text)
    leaf = body.css_first("[data-leaf]")
    assert json.loads(json.dumps(dict(leaf.attributes)))["data-quote"] == quote
    views = {
        button.attributes["data-view"]: button.attributes["aria-pressed"]
        for button in body.css("[data-view]")
    }
    assert views == {"picture": "true", "text": "false"}
    figure = parse(page.post("/page/source/leaf", json=asked).text)
    assert len(figure.css(".spot")) >= 1
    picture = page.get(figure.css_first("img").attributes["src"])
    assert picture.headers["content-type"] == "image/png"
    assert picture.headers["cache-control"] == "no-store"
    assert picture.content.startswith(b"\x89PNG")
    as_text = parse(page.post("/page/source", json={**asked, "picture": False}).text)
    assert as_text.css_first("mark").text() == quote
    gone = parse(
        page.post("/page/source/leaf", json={**asked, "quote": "ليس في الصفحة شيء من هذا القول"}).text
    )
    assert gone.css(".spot") == []


def test_a_file_that_has_changed_is_not_shown(library: tuple[TestClient, Path, list[str]]) -> None:
    page, file, (source, *_) = library
    indexed = file.read_bytes()
    asked = {"source": source, "page": 1}
    address = f"/page/source/picture?source={source}&page=1"
    try:
        for data in (indexed + b"%", indexed[:-1] + b"\n"):
            file.write_bytes(data)
            # Not even what was drawn before it changed, where the size tells at once.
            assert (page.get(address).status_code == 503) == (len(data) != len(indexed))
            leaf = parse(page.post("/page/source/leaf", json={**asked, "page": 2}).text)
            assert leaf.css_first("img") is None
    finally:
        file.write_bytes(indexed)
    assert page.get(address).status_code == 200
