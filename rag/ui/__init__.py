"""The chat page: a Gradio app in Arabic and English.

    words.py        every word the reader sees, in both languages
    excerpt.py      a quote inside the text around it
    markup.py       escaped text, words in both languages, icons: what all HTML is made of
    sources.py      sources → HTML
    render.py       questions, answers, refusals and errors → HTML
    turn.py         one question, from its first event to its finished HTML
    kept.py         a chat of the library → the HTML of its turns
    tab.py          what one browser tab shows, and what is being answered for it
    opening.py      the chat that a tab turns to
    sheets.py       what opens over the chat: documents, settings, evaluation
    chats_view.py   the list of chats and the bar of the open one → HTML

Gradio is known from here on; a part of the page builds its components, says how they change, and wires its handlers:

    desk.py         the middle: the chat and the question box
    chats_panel.py  the side: the chats
    asking.py       opening the page, asking, stopping
    page.py         the frame around them, and how it is mounted

The .css and .js files are read when the page is built.
"""
