"""Run as a script: import every module of a package and print, as JSON, what its own code did on the way.

    python -I watch_imports.py ROOT PACKAGE

What other libraries do while they are imported is their business and left out, and so is pydantic's look for its own
plug-ins when the first shape is made.
"""

import json
import logging
import os
import pkgutil
import sys
import threading
from collections.abc import Iterator, MutableMapping
from importlib import import_module
from pathlib import Path
from types import FrameType

import pydantic

NOT_OURS = ("<frozen importlib._bootstrap", str(Path(pydantic.__file__).parent) + os.sep)
DEEDS = ("open", "os.", "socket.", "sqlite3.", "subprocess.", "shutil.", "tempfile.")


class Watch:
    def __init__(self, folder: Path) -> None:
        self._folder = str(folder) + os.sep
        self.seen: list[str] = []

    def event(self, name: str, args: tuple[object, ...]) -> None:
        """An audit hook: note files, sockets and processes that a module of the package asked for."""
        if name.startswith(DEEDS) and (where := self._asker(sys._getframe(1))):
            self.seen.append(f"{where}: {name} {args[:1]}")

    def variable(self, name: str) -> None:
        """Note an environment variable that a module of the package read by itself."""
        frame: FrameType | None = sys._getframe(2)
        while frame and frame.f_code.co_filename.startswith(("<frozen os", "<frozen _collections_abc")):
            frame = frame.f_back
        if frame and frame.f_code.co_filename.startswith(self._folder):
            self.seen.append(f"{frame.f_code.co_filename}:{frame.f_lineno}: environment {name}")

    def _asker(self, frame: FrameType | None) -> str | None:
        """The line of the package that led here, unless what is not ours lies between."""
        while frame and not frame.f_code.co_filename.startswith(NOT_OURS):
            if frame.f_code.co_filename.startswith(self._folder):
                return f"{frame.f_code.co_filename}:{frame.f_lineno}"
            frame = frame.f_back
        return None


class WatchedEnvironment(MutableMapping[str, str]):
    """Stands for os.environ and reports who reads it."""

    def __init__(self, real: MutableMapping[str, str], watch: Watch) -> None:
        self._real = real
        self._watch = watch

    def __getitem__(self, key: str) -> str:
        self._watch.variable(key)
        return self._real[key]

    def __iter__(self) -> Iterator[str]:
        self._watch.variable("(all of it)")
        return iter(self._real)

    def __setitem__(self, key: str, value: str) -> None:
        self._real[key] = value

    def __delitem__(self, key: str) -> None:
        del self._real[key]

    def __len__(self) -> int:
        return len(self._real)


def main(root: Path, package: str) -> None:
    sys.path.insert(0, str(root))
    watch = Watch(root / package)
    setattr(os, "environ", WatchedEnvironment(os.environ, watch))  # noqa: B010 - a stand-in of another type
    sys.addaudithook(watch.event)
    imported = [package, *(m.name for m in pkgutil.walk_packages([str(root / package)], f"{package}."))]
    for name in imported:
        import_module(name)
    watch.seen += [f"thread {thread.name}" for thread in threading.enumerate() if thread is not threading.main_thread()]
    watch.seen += [f"log handler {handler!r}" for handler in logging.getLogger().handlers]
    print(json.dumps({"imported": imported, "seen": watch.seen}))  # noqa: T201 - the script's answer


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), sys.argv[2])
