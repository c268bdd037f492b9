"""A store of ours that fails in the middle is never charged to a tool, and --resume tries again."""

from dataclasses import replace

import psutil
import pytest
from run_small import request

from harness.host.errors import ExitCode
from harness.results.model import Record, Selection
from harness.run.plan import Trial
from harness.run.progress import Progress
from harness.run.run import exit_code, run

pytestmark = [pytest.mark.minio, pytest.mark.tools, pytest.mark.xdist_group("tools")]


class KillsTheServer(Progress):
    """Ends MinIO once the first trial on s3 has its record."""

    done_for = False

    def finished(self, trial: Trial, record: Record) -> None:
        super().finished(trial, record)
        if record.store == "s3" and not self.done_for:
            self.done_for = True
            for process in psutil.Process().children(recursive=True):
                if "minio" in process.name():
                    process.kill()
                    process.wait()


def test_a_server_that_dies_is_not_charged_to_the_tool_and_resume_completes_the_run(small_scenario, tmp_path):
    small_scenario.write_text(small_scenario.read_text().replace("run: 60}", "run: 60}\nstores: [file, s3]"))
    wanted = request(small_scenario, tmp_path / "run", "tensorstore", only=("*/plane/*", "*/write/*"))

    torn = run(wanted, KillsTheServer())

    outcomes = {record.outcome for record in torn.records if record.store == "s3"}
    assert "infrastructure" in outcomes
    assert outcomes <= {"infrastructure", "passed"}
    assert {record.outcome for record in torn.records if record.store == "file"} == {"passed"}
    assert exit_code(torn) == ExitCode.HOST

    whole = run(replace(wanted, resume=True, selection=Selection(scenarios=())), Progress())

    assert {record.outcome for record in whole.records} == {"passed"}
    assert exit_code(whole) == ExitCode.OK
