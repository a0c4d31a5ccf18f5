"""Puts prompts/ and the articles of seeds/, which stand at the top of the repository, into the installed package; the
rest is pyproject.toml."""

from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithPrompts(build_py):
    """build_py, and rag/prompts/ and rag/seeds/ besides. An editable install reads them where they are."""

    def run(self) -> None:
        """Build, then copy."""
        super().run()
        if not self.editable_mode:
            package = Path(self.build_lib) / "rag"
            self.copy_tree("prompts", str(package / "prompts"))
            self.mkpath(str(package / "seeds"))
            for article in Path("seeds").glob("*.txt"):
                self.copy_file(str(article), str(package / "seeds"))


setup(cmdclass={"build_py": BuildWithPrompts})
