"""The chat page: a Gradio app in Arabic and English.

    words.py         every word the reader sees, in both languages
    excerpt.py       a quote inside the text around it
    render.py        answers, sources, refusals and errors → escaped HTML
    turn.py          one question, from its first event to its finished HTML
    conversation.py  the questions of one browser tab
    page.py          the Gradio page, and how it is mounted

Only page.py knows Gradio; style.css and script.js are read when the page is built.
"""
