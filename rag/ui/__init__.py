"""The chat page: a Gradio app in Arabic and English.

    words.py        every word the reader sees, in both languages
    excerpt.py      a quote inside the text around it
    markup.py       escaped text, words in both languages, icons: what all HTML is made of
    sources.py      sources → HTML
    render.py       questions, answers, refusals and errors → HTML
    turn.py         one question, from its first event to its finished HTML
    kept.py         a chat of the library → the HTML of its turns
    live.py         a question on its way to an answer, and who looks on
    answering.py    the questions that are being answered, whoever looks on
    tab.py          what one browser tab shows
    opening.py      the chat that a tab turns to
    answer_*.py     what can be done with an answer: copy it, ask again, judge it
    source_*.py     the document beside the chat: its frame, its text, its pages as pictures
    sheets.py       what opens over the chat: documents, settings, evaluation
    chats_view.py   the list of chats and the bar of the open one → HTML
    login.py        the login page, which stands before all of it where there is a password

Gradio is known from here on; a part of the page builds its components, says how they change, and wires its handlers:

    desk.py         the middle: the chat and the question box
    chats_panel.py  the side: the chats
    asking.py       opening the page, asking, stopping
    following.py    looking on while a question is answered
    page.py         the frame around them, and how it is mounted

The .css and .js files are read when the page is built.
"""
