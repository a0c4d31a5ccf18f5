"""Measurements of speed and quality, each a command with a table as its result."""
