"""The packaging that Word, PowerPoint and Excel share (ECMA-376, Part 2): parts that name each other.

Read here and not by python-docx or python-pptx: those refuse what Office opens (a picture that is gone, files with
macros, slide shows), load every picture and film, and pass over tracked insertions, text boxes and footnotes.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass

from rag.load.titles import stated_title
from rag.load.zipped import Package, attribute, child, resolve

_MAIN = "officeDocument"
_PROPERTIES = "docProps/core.xml"


@dataclass(frozen=True, slots=True)
class Relation:
    """What a part points to. `kind` is the last word of its type ("slide", "footnotes"), `target` a part's name."""

    kind: str
    target: str


def relations(package: Package, part: str) -> dict[str, Relation]:
    """The relations of a part by id, those to the world outside left out; empty where it has none.

    Raises LoadError where they are damaged.
    """
    folder, name = posixpath.split(part)
    listing = f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"
    if listing not in package:
        return {}
    return {
        attribute(element, "Id"): Relation(
            attribute(element, "Type").rpartition("/")[2], resolve(folder, attribute(element, "Target"))
        )
        for element in package.xml(listing)
        if attribute(element, "TargetMode") != "External"
    }


def main_part(package: Package, usual: str) -> str:
    """The name of the document's main part, `usual` where the package does not say. Raises LoadError where it has
    none, because it is something else or damaged."""
    named = [relation.target for relation in relations(package, "").values() if relation.kind == _MAIN]
    # Its first folder tells a Word document from a workbook.
    folder = usual.split("/")[0] + "/"
    for part in (*named, usual):
        if part in package and part.lower().startswith(folder):
            return part
    raise package.other_kind()


def core_title(package: Package) -> str:
    """The title in the document's properties, "" where it is none that an author would give."""
    if _PROPERTIES not in package:
        return ""
    title = child(package.xml(_PROPERTIES), "title")
    return stated_title((title.text or "") if title is not None else "")
