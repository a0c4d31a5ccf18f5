"""Question files as people really write them."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from rag.errors import DatasetError
from rag.evaluate.datasets import Question, Relevant, load_questions, read_questions

SEEDS = Path(__file__).resolve().parents[2] / "seeds" / "questions.jsonl"

ARABIC_CSV = (
    "السؤال؛الإجابة؛المصدر؛له إجابة؛الوسوم".replace("؛", "{0}")
    + "\r\n"
    + (
        "كم دولة شاركت في اجتماع روما؟{0}81|٨٣ دولة{0}000.txt | 003.txt{0}نعم{0}عدد|تعارض\r\n"
        "{0}{0}{0}{0}\r\n"
        "من فاز بكأس العالم؟{0}{0}{0}لا{0}\r\n"
    )
)


def write(folder: Path, content: str | bytes, name: str = "أسئلة.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1256", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_arabic_spreadsheet(tmp_path: Path, delimiter: str, encoding: str) -> None:
    # Windows-1256 has no Arabic-Indic digits.
    content = ARABIC_CSV.format(delimiter).replace("٨٣", "83")
    first, second = load_questions(write(tmp_path, content.encode(encoding)))
    assert first.question == "كم دولة شاركت في اجتماع روما؟"
    assert (first.lang, first.answerable) == ("ar", True)
    assert first.answers == ("81", "83 دولة")
    assert first.relevant == (Relevant("000.txt"), Relevant("003.txt"))
    assert first.tags == ("عدد", "تعارض")
    assert (second.question, second.answers, second.answerable) == ("من فاز بكأس العالم؟", (), False)


@pytest.mark.parametrize(
    "header",
    [
        "السؤال,الجواب,المصدر,الاقتباس",
        "سؤال,الإجابة,المصادر,الدليل",
        "  السُّؤال ,الاجابة,المصدر,الشاهد",
        "question,answers,relevant,quote",
        "user_input,ground_truth,source,evidence",
        "Query,Reference,SOURCES,Quote",
    ],
)
def test_names_of_columns(tmp_path: Path, header: str) -> None:
    file = read_questions(write(tmp_path, f"{header}\nأين؟,روما,b.txt,في روما\n"))
    (question,) = file.questions
    assert (question.question, question.answers) == ("أين؟", ("روما",))
    assert question.relevant == (Relevant("b.txt", "في روما"),)
    assert file.ignored == ()


def test_the_file_is_named_digested_and_what_nothing_reads_is_told(tmp_path: Path) -> None:
    path = write(tmp_path, "question,answrs,note,empty\nأين؟,روما,x,\n", "q.csv")
    file = read_questions(path)
    assert (file.name, file.ignored) == ("q.csv", ("answrs", "note"))
    assert file.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_english_csv_with_quotes_separator_line_and_surplus_cells(tmp_path: Path) -> None:
    content = 'sep=;\n"Question";"answer"\n"Who, and\nwhen?";"Ann ""A""; 2021";;\n'
    (question,) = load_questions(write(tmp_path, content))
    assert question.question == "Who, and\nwhen?"
    assert question.answers == ('Ann "A"; 2021',)


def test_jsonl_with_everything(tmp_path: Path) -> None:
    content = (
        '\n{"id": 7, "lang": "AR", "question": " أين؟ ", "answers": ["روما", 81], "answerable": true, "tags": ["مكان"],'
        ' "relevant": ["a.txt", {"source": "b.txt", "quote": "في روما"}], "relevant_sentences": ["b-s0"], "x": 1}\r\n'
    )
    assert load_questions(write(tmp_path, content, "q.jsonl")) == [
        Question(
            id="7",
            question="أين؟",
            lang="ar",
            answers=("روما", "81"),
            relevant=(Relevant("a.txt"), Relevant("b.txt", "في روما")),
            relevant_sentences=("b-s0",),
            answerable=True,
            tags=("مكان",),
        )
    ]


@pytest.mark.parametrize(
    "content",
    [
        '[{"question": "a?"}, {"question": "b?"}]',
        '[\n  {\n    "question": "a?"\n  },\n  {"question": "b?"}\n]\n',
        '{"question":\n "a?"}\n\n{"question": "b?"}',
        '\ufeff{"question": "a?"} {"question": "b?"}',
    ],
)
def test_json_in_a_list_or_over_several_lines(tmp_path: Path, content: str) -> None:
    assert [question.question for question in load_questions(write(tmp_path, content))] == ["a?", "b?"]


def test_only_the_question_is_required(tmp_path: Path) -> None:
    rows = '{"question": "Where?"}\n{"question": "أين؟", "answers": null}\n{"question": "Where?"}\n'
    first, second, third = load_questions(write(tmp_path, rows))
    assert (first.lang, second.lang) == ("en", "ar")
    assert first.answerable is None
    assert third.id == f"{first.id}-2"
    # A row put before it changes no id, so that a stopped run goes on.
    longer = '{"question": "When?"}\n' + rows
    assert [question.id for question in load_questions(write(tmp_path, longer))][1:] == [
        first.id,
        second.id,
        third.id,
    ]


@pytest.mark.parametrize(
    ("row", "answerable"),
    [
        ('"answers": ["x"]', True),
        ('"relevant": ["a.txt"]', True),
        ('"answers": []', None),
        ('"answers": ["x"], "answerable": false', False),
        ('"answerable": "نعم"', True),
        ('"answerable": "لا"', False),
        ('"answerable": "NO"', False),
        ('"answerable": 1', True),
        ('"answerable": ""', None),
    ],
)
def test_answerable(tmp_path: Path, row: str, answerable: bool | None) -> None:
    (question,) = load_questions(write(tmp_path, f'{{"question": "q?", {row}}}'))
    assert question.answerable is answerable


def test_the_better_of_two_names_wins(tmp_path: Path) -> None:
    (question,) = load_questions(write(tmp_path, "answer,question,answers\nspare,q?,best\n"))
    assert question.answers == ("best",)


@pytest.mark.parametrize(
    ("content", "line", "advice"),
    [
        ('{"question": "a?"}\n{"question": \n', 2, "one object a line"),
        ('["a?"]', 1, "one object a line"),
        ('{"question": "\\ud800"}', 1, "not valid JSON"),
        ('{"answers": ["x"]}', 1, "'question' must hold the question"),
        ('{"question": ["a?"]}', 1, "'question' must be text"),
        ('{"question": "a?", "answers": {"x": 1}}', 1, "'answers' must be text"),
        ('{"question": "a?", "relevant": [{"quote": "x"}]}', 1, "'relevant' needs a 'source'"),
        ('{"question": "a?", "answerable": "maybe"}', 1, "yes or no"),
        ('{"id": "1", "question": "a?"}\n\n{"id": 1, "question": "b?"}', 3, "already that of line 1"),
        ('[\n{"question": "a?"},\n{"question": "b?"\n', 3, "not valid JSON"),
        ('[{"question": "a?"},\n{"question": "b?"}', 2, "not valid JSON"),
        ('[{"question": "a?"}]\nx', 2, "not valid JSON"),
        ('[{"question": "a?"},\n\n"b?"]', 3, "not an object"),
        ('{"question": "a?", "answers": [["x"]], "items": "y"}', 1, "'answers' and 'items'"),
        (
            '{"question": "a?", "relevant": "a.txt", "quote": "x|y"}',
            1,
            r"one quote for each source .*2 for 1",
        ),
        ('{"question": "a?", "quote": "x"}', 1, "one quote for each source"),
        ('{"question": "a?", "conflict": "perhaps"}', 1, "'conflict' must be yes or no"),
        ("sep=;\nquestion;answers;answers\na?;x;y\n", 2, "two columns are named 'answers'"),
        ("question,answers\nأين؟,روما\n,باريس\n", 3, "'question' must hold the question"),
        ('question,answers\n"a\nb?",x\nc?,x, ,\ne, f?,y,z\n', 5, "4 cells under 2 columns"),
        ('question,answers\na?,x\n"b?,y\nc?,z\n', 3, "quotation marks"),
    ],
)
def test_bad_rows_name_file_line_and_remedy(tmp_path: Path, content: str, line: int, advice: str) -> None:
    with pytest.raises(DatasetError, match=advice) as caught:
        load_questions(write(tmp_path, content))
    assert caught.value.en.startswith(f"أسئلة.csv, line {line}: ")
    assert f"السطر {line}:" in caught.value.ar


@pytest.mark.parametrize(
    ("content", "advice"),
    [
        ("", "holds no questions"),
        (" \n\n", "holds no questions"),
        ("question,answers\n,\n", "holds no questions"),
        ("text;label\nx;y\n", "its first row: text, label"),
        (b"PK\x03\x04 a spreadsheet of Excel", "Questions are read from JSON Lines or CSV"),
    ],
)
def test_unusable_files(tmp_path: Path, content: str | bytes, advice: str) -> None:
    with pytest.raises(DatasetError, match=advice):
        load_questions(write(tmp_path, content))


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="Check the path"):
        load_questions(tmp_path / "none.csv")


def test_the_questions_of_the_seeds() -> None:
    questions = load_questions(SEEDS)
    assert len(questions) == 56
    assert sum(question.answerable is False for question in questions) == 12
    assert all(item.quote for question in questions for item in question.relevant)
