"""A torn run goes on where it was: nothing finished is lost or done twice, and nothing stale is mixed in."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from run_small import request, run_small

from harness.host.errors import InputError
from harness.results.append import cut_torn_line
from harness.results.load import load_run
from harness.results.model import Selection
from harness.run.progress import Progress
from harness.run.run import run


def resume(folder: Path):
    return run(request_to_resume(folder), Progress())


def request_to_resume(folder: Path):
    return replace(request(Path("unused"), folder, resume=True), selection=Selection(scenarios=()))


def test_a_run_killed_at_any_record_is_completed_without_repeating(add_fake, small_scenario, tmp_path):
    name, out = add_fake(), tmp_path / "run"
    run_small(small_scenario, out, name)
    whole = (out / "records.jsonl").read_bytes().splitlines(keepends=True)

    for kept in range(len(whole)):
        torn = b"".join(whole[:kept]) + whole[kept][: len(whole[kept]) // 2]
        (out / "records.jsonl").write_bytes(torn)
        (out / "footer.json").unlink()
        finished = resume(out) if kept in (0, 5, len(whole) - 1) else None
        cut_torn_line(out / "records.jsonl")
        assert (out / "records.jsonl").read_bytes().startswith(b"".join(whole[:kept]))
        if finished:
            assert len(finished.records) == len(whole)
            assert finished.footer is not None
        (out / "footer.json").write_text("{}")


@pytest.mark.slow
def test_a_run_killed_by_signal_9_can_be_resumed(add_fake, small_scenario, tmp_path):
    name, out = add_fake("hang-in-run"), tmp_path / "run"
    small_scenario.write_text(small_scenario.read_text().replace("run: 60", "run: 2"))
    command = [
        sys.executable,
        "-m",
        "harness.cli",
        "run",
        small_scenario,
        "--tool",
        name,
        "--out",
        out,
        "--only",
        "*/ramp-0.4/*",
    ]
    process = subprocess.Popen(
        command, env={**os.environ, "PYTHONUNBUFFERED": "1"}, stderr=subprocess.DEVNULL
    )
    records = out / "records.jsonl"
    while process.poll() is None and not (records.exists() and records.read_bytes().count(b"\n") >= 4):
        pass
    process.send_signal(signal.SIGKILL)
    process.wait()
    before = records.read_bytes()

    finished = resume(out)

    assert records.read_bytes().startswith(before[: before.rfind(b"\n") + 1])
    assert {record.trial for record in finished.records} == set(finished.manifest.planned)


def test_what_our_own_failure_stopped_is_tried_again(add_fake, small_scenario, tmp_path):
    out = tmp_path / "run"
    run_small(small_scenario, out, add_fake())
    lines = (out / "records.jsonl").read_text().splitlines()
    lines[3] = lines[3].replace('"outcome":"passed"', '"outcome":"infrastructure"')
    (out / "records.jsonl").write_text("\n".join(lines) + "\n")

    finished = resume(out)

    assert {record.outcome for record in finished.records} == {"passed"}
    assert len((out / "records.jsonl").read_text().splitlines()) == len(lines) + 1


def test_a_finished_run_is_left_as_it_is(add_fake, small_scenario, tmp_path):
    out = tmp_path / "run"
    run_small(small_scenario, out, add_fake())
    before = {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()}

    resume(out)

    assert {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()} == before


def test_a_scenario_that_changed_is_not_mixed_in(add_fake, small_scenario, tmp_path):
    run_small(small_scenario, tmp_path / "run", add_fake())
    small_scenario.write_text(small_scenario.read_text().replace("{z: 1}", "{z: 2}"))

    with pytest.raises(InputError, match="scenario 'small' has changed"):
        resume(tmp_path / "run")


def test_a_run_of_another_machine_is_not_resumed(add_fake, small_scenario, tmp_path):
    out = tmp_path / "run"
    run_small(small_scenario, out, add_fake())
    host = load_run(out).manifest.provenance["host"]
    (out / "run.json").write_text((out / "run.json").read_text().replace(host, "f" * 16))

    with pytest.raises(InputError, match="another machine"):
        resume(out)


def test_records_of_another_environment_do_not_count(add_fake, small_scenario, tmp_path):
    name, out = add_fake(), tmp_path / "run"
    finished = run_small(small_scenario, out, name)
    manifest = tmp_path / "adapters" / name / "adapter.toml"
    manifest.write_text(manifest.read_text() + "# changed\n")

    again = resume(out)

    assert len((out / "records.jsonl").read_text().splitlines()) == 2 * len(finished.records)
    assert again.records[0].lock_hash != finished.records[0].lock_hash
