"""A disk that is full in the middle of a line: what was recorded before is there, and the run can go on."""

import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from harness.results.append import RunWriter
from harness.results.load import load_run

FILL = Path(__file__).parent / "fill_the_disk.py"


def fill(folder: Path, samples: int, *, killed: bool) -> int:
    """Append records until no file may grow any more; return how many there were."""
    limit = 20_000

    def small_disk() -> None:
        # A file that would grow past the limit takes a part of the line, then EFBIG is raised.
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    command = [sys.executable, str(FILL), str(folder), "killed" if killed else "raises", str(samples)]
    done = subprocess.run(
        command, preexec_fn=small_disk, stdout=subprocess.PIPE, text=True, timeout=60, check=True
    )
    said, appended = done.stdout.split()
    assert said == "EFBIG"
    return int(appended)


@pytest.mark.parametrize(("samples", "torn"), [(1, "records.jsonl"), (20, "samples.jsonl")])
@pytest.mark.parametrize("killed", [False, True], ids=["goes on", "is killed in the middle of it"])
def test_what_was_recorded_before_the_disk_was_full_is_intact(
    tmp_path, record, sample, killed, samples, torn
):
    appended = fill(tmp_path / "run", samples, killed=killed)
    assert appended > 5
    assert (tmp_path / "run" / torn).read_bytes().endswith(b"\n") is not killed

    before = load_run(tmp_path / "run")
    with RunWriter.resume(tmp_path / "run") as writer:
        writer.append(record("after"), [sample("after")])

    after = load_run(tmp_path / "run")
    names = [f"t{number}" for number in range(appended)]
    assert [one.trial for one in before.records] == names
    assert [one.trial for one in after.records] == [*names, "after"]
    assert {one.trial for one in after.samples} == {*names, "after"}
    assert len(before.samples) == samples * appended
