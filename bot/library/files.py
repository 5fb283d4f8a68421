"""Where the library's files are."""

import os
import re
from pathlib import Path

from bot.errors import ContentError, Problem
from bot.ports import Stamp

SUFFIXES = (".yaml", ".yml")
UNNAMEABLE = "\ufffd"  # stands in a path for what cannot be shown or stored

_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_INODES = 2**63 - 1  # some file systems count further than a database does


def find_files(root: Path) -> dict[str, Stamp]:
    """Every YAML file below `root`, in the order of their paths, which are relative and have forward slashes.

    Names that begin with a dot are passed over. A folder that may not be read stands for itself, with a slash at the
    end, and a name that is not Unicode has U+FFFD in it: `read_file` turns both into a problem. ContentError where
    `root` itself is missing or may not be read.
    """
    found: dict[str, Stamp] = {}
    seen: set[tuple[int, int]] = set()
    folders, linked = [""], list[str]()
    while folders or linked:
        # Links come last: what is also here under its own name is known by that.
        prefix = folders.pop() if folders else linked.pop()
        try:
            status = (root / prefix).stat()
            identity = (status.st_dev, status.st_ino)
            if identity in seen:
                continue
            seen.add(identity)
            with os.scandir(f"{root}/{prefix}") as entries:
                for entry in entries:
                    name = entry.name
                    if name.startswith("."):
                        continue
                    if _is_folder(entry):
                        (linked if entry.is_symlink() else folders).append(f"{prefix}{name}/")
                    elif name.lower().endswith(SUFFIXES) and (stamp := _stamp(entry)):
                        found[_shown(prefix + name)] = stamp
        except OSError as error:
            if not prefix:
                raise ContentError([_no_library(root, error)]) from None
            if not isinstance(error, FileNotFoundError):  # or it went away while we looked
                found[_shown(prefix)] = Stamp(0, 0, 0)
        linked.sort(reverse=True)
    return {path: found[path] for path in sorted(found)}


def _stamp(entry: os.DirEntry[str]) -> Stamp | None:
    try:
        status = entry.stat()
    except OSError:
        # A link that leads nowhere is a problem to tell; anything else went away while we looked.
        return Stamp(0, 0, 0) if entry.is_symlink() else None
    return Stamp(status.st_size, status.st_mtime_ns, status.st_ino & _INODES)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself, for one
        return False


def _shown(path: str) -> str:
    return path if path.isprintable() else _UNFIT.sub(UNNAMEABLE, path)


def _no_library(root: Path, error: OSError) -> Problem:
    if isinstance(error, FileNotFoundError):
        return Problem(root, 0, 0, "there is no such folder", "make it and put seeds in it, or correct library:")
    if isinstance(error, NotADirectoryError):
        return Problem(root, 0, 0, "this is no folder", "name the folder of the library in library:")
    return Problem(root, 0, 0, f"the library cannot be read ({error.strerror})", "change its permissions or its owner")
