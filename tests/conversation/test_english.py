"""Which English questions need the one before them, and which do not."""

from __future__ import annotations

import pytest

from rag.conversation import stands_alone

DEPENDENT = [
    "and who chaired it?",
    "Who chaired it?",
    "When was it held?",
    "What about Canada?",
    "what about canada",
    "And how about the French minister?",
    "And in Syria?",
    "And Canada?",
    "Canada?",
    "In Iraq?",
    "why?",
    "When?",
    "Since when?",
    "How many?",
    "How many were there?",
    "Where did they meet?",
    "Who attended?",
    "Which countries?",
    "In which city?",
    "What did he say?",
    "What did she announce in Rome?",
    "What is its capital?",
    "How many people live there?",
    "What did Blinken do there?",
    "Who said that?",
    "Why is that important?",
    "Is that true?",
    "Who chaired that meeting?",
    "What happened after that?",
    "How many of them were captured?",
    "Which countries attended it?",
    "Which minister chaired it?",
    "Who is his deputy?",
    "Who are these fighters?",
    "And who's their leader?",
    "What is the reason?",
    "What was the result?",
    "Tell me more",
    "Can you explain?",
    "What else?",
    "And the second one?",
    "Why Rome?",
    "Why not Canada?",
    "WHO CHAIRED IT?",
    "When did it begin?",
    "Which countries did they invite?",
    "What did the latter say?",
    "Who was president then?",
]
INDEPENDENT = [
    "How many countries attended the anti-ISIS coalition meeting in Rome?",
    "And how many countries took part in the Rome meeting?",
    "Who is Antony Blinken?",
    "What is inflation?",
    "What is NATO?",
    "What does inflation do?",
    "Where is Rome?",
    "What happened in Rome?",
    "Explain inflation",
    "inflation",
    "Blinken",
    "Rome communiqué",
    "What does Blinken want governments to do about their citizens who joined ISIS?",
    "Why does the coalition want to keep fighting if Daesh has lost its territory?",
    "How long had the coalition been at it when Daesh was said to have lost its land in Iraq?",
    "Is the coalition operating in Iraq at Baghdad's invitation?",
    "When did Blinken say he would return?",
    "When was the meeting held and who chaired it?",
    "When the meeting ended, what did they decide?",
    "Which countries sent their troops to Iraq?",
    "Do governments take back their citizens?",
    "Is it true that Canada left the coalition?",
    "How long does it take to join the coalition?",
    "How many countries are there in the coalition?",
    "Is there a travel ban on fighters?",
    "Did Blinken say that Daesh was defeated?",
    "Who is the minister that resigned in March?",
    "What happened to those who joined ISIS?",
    "What was decided this year in Rome?",
    "What are these documents about?",
    "Who represented Qatar at the Rome conference?",
    "What can you do?",
    "Who are you?",
    "On which day of the week was the Rome communiqué issued?",
    "US humanitarian aid for Syria: how much more was announced?",
    "What about-face did the minister make in Rome?",
    "HOW MANY COUNTRIES MET IN ROME?",
    "Who was the former president of Iraq?",
    "What did Blinken say in Rome when he was there?",
    "",
    "?!",
]


@pytest.mark.parametrize("question", DEPENDENT)
def test_it_needs_the_question_before(question: str) -> None:
    assert not stands_alone(question)


@pytest.mark.parametrize("question", INDEPENDENT)
def test_it_stands_alone(question: str) -> None:
    assert stands_alone(question)
