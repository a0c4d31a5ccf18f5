"""Which name each found file goes by: a file is known by its place on the disk, and a name belongs to one place.

Names are paths as they were given, so that the same name may come to mean another file in another folder:
`cd a; rag sync .; cd ../b; rag sync .`
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from rag.discover import FoundFile, path_of
from rag.schema import Failure


@dataclass(slots=True)
class Naming:
    """The found files by the names that they go by. `strayed` are those, of the files, whose name is that of a place
    where there is nothing any more. `failed` says which files cannot have their name, since another has it."""

    files: list[FoundFile] = field(default_factory=list)
    strayed: set[str] = field(default_factory=set)
    failed: list[Failure] = field(default_factory=list)


def find_names(found: Sequence[FoundFile], places: Mapping[str, str]) -> Naming:
    """Give each file the name by which the library knows its place, if it does. `places` are those of the names that
    the library has, empty where it does not know them."""
    names = {place: name for name, place in places.items() if place}
    naming = Naming()
    for file in found:
        named = replace(file, source=names.get(file.place, file.source))
        former = places.get(named.source, "")
        if former in ("", named.place):
            naming.files.append(named)
        elif not os.path.lexists(path_of(former)):
            naming.files.append(named)
            naming.strayed.add(named.source)
        elif _is_same_file(former, named):
            naming.files.append(named)
        else:
            naming.failed.append(taken(named, former))
    return naming


def base_of(name: str, place: str) -> str:
    """The folder that a name is below, where its file stands at a place."""
    return place.removesuffix(name) if place.endswith(name) else place.rpartition("/")[0]


def taken(file: FoundFile, owner: str) -> Failure:
    """Another file, which is there, has its name."""
    name, place = file.source, file.place
    return Failure(
        name,
        en=f"{name}: another file, {owner}, has this name in the library, so {place} was left out. Sync it by its "
        f"whole path: rag sync {place}",
        ar=f"{name}: لملف آخر هو {owner} هذا الاسم في المكتبة، فتُرك {place}. زامنه بمساره الكامل: rag sync {place}",
    )


def left_behind(file: FoundFile, former: str) -> Failure:
    """Another file has its name, which is gone without a sync of its folder."""
    name, place = file.source, file.place
    return Failure(
        name,
        en=f"{name}: in the library this is {former}, which is no longer there, and {place} is another file, so it was "
        f"left out. Sync it by its whole path (rag sync {place}), or give it the name: rag remove {name}",
        ar=f"{name}: هذا الاسم في المكتبة للملف {former} الذي لم يعد موجودًا، و{place} ملف آخر فتُرك. زامنه بمساره "
        f"الكامل (rag sync {place})، أو أخلِ له الاسم: rag remove {name}",
    )


def _is_same_file(place: str, file: FoundFile) -> bool:
    """Whether both lead to one file, as where a disk is mounted in two folders."""
    try:
        return path_of(place).samefile(file.path)
    except OSError:
        return False
