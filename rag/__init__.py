"""Sanad (سند): cited answers from your own Arabic and English documents, on your own machine.

load → chunk → embed → index → retrieve → generate → cite        the stages
sync, assistant                                                   the two stories that join them
"""

__version__ = "0.1.0"
