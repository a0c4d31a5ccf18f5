"""Puts prompts/, which stands at the top of the repository, into the installed package; the rest is pyproject.toml."""

from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithPrompts(build_py):
    """build_py, and rag/prompts/ besides. An editable install reads prompts/ where it is."""

    def run(self) -> None:
        """Build, then copy."""
        super().run()
        if not self.editable_mode:
            self.copy_tree("prompts", str(Path(self.build_lib) / "rag" / "prompts"))


setup(cmdclass={"build_py": BuildWithPrompts})
