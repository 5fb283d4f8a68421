"""A failpoint ends the process where it is armed, the time it is armed for, and nowhere else."""

import subprocess
import sys

import pytest

from bot.errors import UsageError
from bot.failpoints import FAILPOINTS, Failpoints

REACHED_TWICE = """
import sys
from bot.failpoints import Failpoints
failpoints = Failpoints(sys.argv[1])
for _ in range(2):
    failpoints.reach("after_send")
    print("survived", flush=True)
"""


@pytest.mark.parametrize(
    ("armed", "code", "survived"), [("after_send", 137, 0), ("after_send:2", 137, 1), ("after_claim", 0, 2), ("", 0, 2)]
)
def test_where_and_when_it_ends_the_process(armed: str, code: int, survived: int) -> None:
    done = subprocess.run([sys.executable, "-c", REACHED_TWICE, armed], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.count("survived")) == (code, survived)


@pytest.mark.parametrize("wrong", ["after_lunch", "after_send:x", "after_send:0:1"])
def test_an_unknown_failpoint_is_a_mistake(wrong: str) -> None:
    with pytest.raises(UsageError, match="no such failpoint") as caught:
        Failpoints(wrong)
    assert all(name in str(caught.value) for name in FAILPOINTS)
