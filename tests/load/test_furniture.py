"""Headlines and furniture: what must go, and what must never go."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.load.furniture import find_furniture, find_headline

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
PROSE = "قال الوزير إن بلاده ستواصل العمل مع الحلفاء من أجل الاستقرار، وإن الاجتماع المقبل سيعقد في الخريف."
ENGLISH_PROSE = "The minister said that the country would go on working with its allies, and named a date."


def furniture_of(text: str) -> list[str]:
    return [text[span.start : span.end] for span in find_furniture(text)]


@pytest.mark.parametrize(
    "line",
    [
        "مشاركة على:",
        "شارك على فيسبوك",
        "شارك الخبر عبر واتساب",
        "فيسبوك تويتر واتساب تلغرام",
        "مقالات ذات صلة",
        "مَقالات ذات صِلة:",
        "مواضيع ذات صِلة : مؤتمر روما ينطلق وأمامه 3 مسارات",
        "شاهد أيضاً : الملكة ماوية.. قادت ثورة وهزمت الإمبراطورية",
        "اقرأ أيضا: هل تنجح المفاوضات؟",
        "إقرأ أيضاً",
        "اقرأ أيضاً وزير الخارجية يصل إلى باريس",
        "زر الذهاب إلى الأعلى",
        "الأناضول",
        "(رويترز)",
        "المصدر: الأناضول",
        "تابعنا على تويتر",
        "اشترك في نشرتنا البريدية لتصلك الأخبار.",
        "نستخدم ملفات تعريف الارتباط، وباستمرارك توافق عليها. موافق",
        "جميع الحقوق محفوظة © 2021",
        "الوسوم: داعش، روما، سوريا",
        "Share this:",
        "Share on Facebook",
        "Facebook Twitter WhatsApp LinkedIn",
        "Related articles",
        "Read more: Ministers meet in Rome",
        "Read also: Is the war over?",
        "You may also like",
        "See also: History of Syria",
        "Back to top ↑",
        "Follow us on Twitter",
        "Subscribe to our newsletter and never miss a story.",
        "We use cookies. By continuing to use this site you agree.",
        "© 2021 The Example. All rights reserved.",
        "Tags: Rome, Syria",
        "Reuters",
    ],
)
def test_lines_that_are_furniture_wherever_they_stand(line: str) -> None:
    assert furniture_of(f"{PROSE}\n\n{line}\n\n{PROSE}") == [line]
    assert furniture_of(f"{ENGLISH_PROSE}\r\n{line}\r\n") == [line]


@pytest.mark.parametrize(
    "line",
    [
        "شاركت 83 دولة",
        "شاركت 83 دولة في الاجتماع.",
        "شارك على هامش القمة ثلاثون وزيرا من دول التحالف.",
        "مشاركة على نطاق واسع في الانتخابات",
        "شاهد أيضًا العلماء ارتفاعا في درجات الحرارة هذا العام.",
        "نقلت الأناضول عن الوزير قوله إن الاجتماع نجح.",
        "المصدر الرئيسي للدخل هو الزراعة",
        "تابعنا الأخبار حتى المساء.",
        "المزيد من الأخبار السيئة وصل مساء الاثنين.",
        "بترا",
        "Share prices rose 3% on Monday.",
        "Share prices",
        "Share of renewable energy by country",
        "Related work on transformers goes back to 2014.",
        "Read more books, the teacher said.",
        "Reuters reported that the talks had failed.",
        "Cookies are small files that a site stores on your machine.",
        "Follow us, he said, and we did.",
        "Tags",
        "Email",
        "Copyright law protects authors for 70 years.",
        "Sources: interviews by the author.",
        "- Facebook",
        "ال",
    ],
)
def test_lines_that_must_stay(line: str) -> None:
    assert furniture_of(f"{PROSE}\n\n{line}\n\n{PROSE}") == []


def test_a_long_line_stays_whatever_it_begins_with() -> None:
    line = "اقرأ أيضا: " + PROSE * 3
    assert furniture_of(f"{PROSE}\n{line}\n") == []


def test_titles_under_a_link_list_heading_go_up_to_the_end_but_not_if_prose_follows() -> None:
    links = "Ministers meet in Rome\nWhat the summit means for Syria"
    assert furniture_of(f"{ENGLISH_PROSE}\n\nRelated articles\n{links}\n") == [
        "Related articles",
        *links.split("\n"),
    ]
    assert furniture_of(f"{ENGLISH_PROSE}\n\nRelated articles\n{links}\n\n{ENGLISH_PROSE}") == [
        "Related articles"
    ]


@pytest.mark.parametrize(
    ("text", "headline", "furniture"),
    [
        pytest.param(
            f"انطلاق أعمال المؤتمر الدولي في روما\n\n{PROSE}\n",
            "انطلاق أعمال المؤتمر الدولي في روما",
            [],
            id="first line, apart",
        ),
        pytest.param(
            f"Ministers Meet in Rome\n\n{ENGLISH_PROSE}\n",
            "Ministers Meet in Rome",
            [],
            id="English, two lines",
        ),
        pytest.param(f"Ministers meet in Rome\n{ENGLISH_PROSE}\n", "", [], id="first line, not apart"),
        pytest.param(f"{PROSE}\n\n{PROSE[:60]}\n", "", [], id="prose first"),
        pytest.param("Ministers meet in Rome\n", "", [], id="one line only"),
        pytest.param("- one thing to do\n\n- another thing to do today\n", "", [], id="a list"),
        pytest.param(
            f"World | Politics\n\nMinisters meet again in Rome\n\n{ENGLISH_PROSE}\n\nMinisters meet again in Rome\n",
            "Ministers meet again in Rome",
            ["World | Politics", "Ministers meet again in Rome"],
            id="category above a repeated headline",
        ),
        pytest.param(
            f"User guide\n\nThe document system\n\n{ENGLISH_PROSE}\n",
            "User guide",
            [],
            id="without a repeat the first line may be the title",
        ),
        pytest.param(
            f"مشاركة على:\n\nانطلاق أعمال المؤتمر في روما\n\n{PROSE}\n",
            "انطلاق أعمال المؤتمر في روما",
            ["مشاركة على:"],
            id="headline under a button",
        ),
        pytest.param("Total | 5\nyes\nno\nTotal | 5\nyes\nno\n", "", [], id="short rows recur in tables"),
        pytest.param(
            "He knew.\n\nIt was over now, he said.\n\nIt was over now, he said.\n", "", [], id="a refrain"
        ),
    ],
)
def test_headline_and_repeats(text: str, headline: str, furniture: list[str]) -> None:
    assert find_headline(text) == headline
    assert furniture_of(text) == furniture


SEED_HEADLINES = {
    "000": "",
    "001": 'البيان الختامي للتحالف الدولي ضد تنظيم "داعش"',
    "002": "",
    "003": "وزراء خارجية التحالف الدولي من مؤتمر روما: سنواصل محاربة تنظيم داعش ولن نسمح بتمدده",
    "004": "",
}


@pytest.mark.parametrize("number", sorted(SEED_HEADLINES))
def test_the_seeds(number: str) -> None:
    text = next(SEEDS.glob(f"{number}_*.txt")).read_text(encoding="utf-8")
    headline = SEED_HEADLINES[number]
    expected = {
        "001": [headline, headline, headline, "الأناضول", "مشاركة على:"],
        "003": [
            "اخبار العالمسلايد رئيسي",
            "مواضيع ذات صِلة : مؤتمر روما الخاص بسوريا ينطلق وأمامه 3 مسارات ودبلوماسي سوري يكشف عن خطة دولية جاهزة",
            "شاهد أيضاً : الملكة السورية ماوية.. قادت ثورة و هزمت الإمبراطورية الرومانية",
            headline,
            headline,
            "مقالات ذات صلة",
            "زر الذهاب إلى الأعلى",
        ],
    }
    assert find_headline(text) == headline
    assert furniture_of(text) == expected.get(number, [])


def test_of_printings_in_a_row_the_last_one_stays_because_the_text_follows_it() -> None:
    headline = "Ministers meet again in Rome"
    text = f"{headline}\n\n{headline}\n\n{ENGLISH_PROSE}\n\n{headline}\n"
    spans = find_furniture(text)
    assert [span.start for span in spans] == [0, text.rindex(headline)]
