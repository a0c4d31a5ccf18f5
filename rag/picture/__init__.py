"""A page of a PDF as it is printed, with the lines of a quote marked.

leaf = draw_page(data, page=3)          # a PNG and the words on it, made in a process of its own within limits
find_marks(leaf.words, quote)           # the boxes of the lines where the quote stands, or none

leaf.py     what a drawn page is
drawing.py  starting that process, and what may go wrong with it
child.py    the process: pypdfium2 and nothing else of the product
marks.py    a quote among printed words
"""

from rag.picture.drawing import DrawLimits, PictureError, draw_page
from rag.picture.leaf import Box, Leaf, PrintedWord
from rag.picture.marks import find_marks

__all__ = ["Box", "DrawLimits", "Leaf", "PictureError", "PrintedWord", "draw_page", "find_marks"]
