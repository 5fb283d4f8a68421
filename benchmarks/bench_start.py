"""From the command to `ready`, and the memory it takes: the real process on libraries of three sizes.

`first` builds the index, `unchanged` finds everything as it was, `changed` finds one file touched. The floors, in the
same run: an interpreter that does nothing, and one that imports the three large libraries we stand on. Memory is what
Linux counts for the process: resident a moment after `ready` and the first look at the files, and the most it ever was.
The operating system has the files in its cache, as after a restart of the bot, not of the machine.
"""

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from statistics import median

from benchmarks import libraries
from benchmarks.table import show

SIZES = (7, 10_000, 100_000)
SETTLE = 4.0  # seconds after `ready`: the first look at the files is over, and so is the first post
CONFIGURATION = """
library: seeds
database: data/seedbed.db
web: {host: 127.0.0.1, port: 0}
channels:
  - {name: garden, platform: web, at: "09:00", timezone: Etc/UTC, first_post: now}
"""
FLOORS = {
    "floor: python -c pass": "",
    "floor: imports aiohttp, pydantic, yaml": "import aiohttp.web, pydantic, yaml; ",
}
ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Figures:
    """Until it said `ready`, seconds on the clock and of the processor; MB resident and at the most."""

    seconds: float
    processor: float
    resident: float
    peak: float


def started(command: Sequence[str], settle: float, environ: dict[str, str] | None = None) -> Figures:
    """Start a process, wait for its line `ready`, look at its memory, end it."""
    begun = time.perf_counter()
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(
            command, cwd=ROOT, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors
        ) as process,
    ):
        assert process.stdout is not None
        line = process.stdout.readline()
        took = time.perf_counter() - begun
        if line.startswith(b"ready"):
            used = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
            time.sleep(settle)
            status = Path(f"/proc/{process.pid}/status").read_text()
            process.send_signal(signal.SIGTERM)
        code = process.wait()
        errors.seek(0)
        if not line.startswith(b"ready") or code not in {0, -signal.SIGTERM}:
            raise SystemExit(f"{' '.join(command)} ended with {code}:\n{errors.read().decode()}")
    resident, peak = (int(re.findall(rf"{name}:\s+(\d+) kB", status)[0]) / 1000 for name in ("VmRSS", "VmHWM"))
    processor = (int(used[11]) + int(used[12])) / os.sysconf("SC_CLK_TCK")
    return Figures(took, processor, resident, peak)


def floor(imports: str) -> Figures:
    return started([sys.executable, "-c", f"{imports}print('ready', flush=True); input()"], 0.1)


def bot(root: Path) -> Figures:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("SEEDBED_")}
    return started([sys.executable, "-m", "bot", "run", "--config", str(root / "seedbed.yaml")], SETTLE, environ)


def starts(seeds: int, *, lists: bool, runs: int) -> dict[str, list[Figures]]:
    """First, unchanged and changed starts of the bot on one library."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "seedbed.yaml").write_text(CONFIGURATION)
        libraries.write(root / "seeds", seeds, lists=lists)
        first = [bot(root)]
        unchanged = [bot(root) for _ in range(runs)]
        changed = []
        for _ in range(runs):
            libraries.change(root / "seeds")
            changed.append(bot(root))
    return {"first": first, "unchanged": unchanged, "changed": changed}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="small libraries, once")
    parser.add_argument("--sizes", type=int, nargs="+", help="numbers of seeds")
    parser.add_argument("--runs", type=int, help="of each kind but the first start")
    options = parser.parse_args()
    sizes = options.sizes or ((7, 1_000) if options.quick else SIZES)
    runs = options.runs or (1 if options.quick else 3)
    measured = {name: [floor(imports) for _ in range(runs)] for name, imports in FLOORS.items()}
    for seeds in sizes:
        for lists in (False, True) if seeds > libraries.LISTED else (False,):
            kind = "in lists" if lists else "files"
            for name, figures in starts(seeds, lists=lists, runs=runs).items():
                measured[f"{seeds:,} seeds, {kind}, {name}"] = figures
    rows = {name: _medians(figures) for name, figures in measured.items()}
    nothing, imports = list(rows.values())[:2]
    show(
        "From the command to `ready`, as a multiple of an interpreter that does nothing and of our imports alone",
        ("", "time / nothing", "/ imports", "memory / nothing", "/ imports", "s", "processor s", "MB", "MB most"),
        [
            (
                name,
                *(f"{row.processor / unit.processor:.1f}" for unit in (nothing, imports)),
                *(f"{row.resident / unit.resident:.1f}" for unit in (nothing, imports)),
                *(f"{row.seconds:.2f}", f"{row.processor:.2f}", f"{row.resident:.0f}", f"{row.peak:.0f}"),
            )
            for name, row in rows.items()
        ],
    )


def _medians(figures: Sequence[Figures]) -> Figures:
    return Figures(*map(median, zip(*map(astuple, figures), strict=True)))


if __name__ == "__main__":
    main()
