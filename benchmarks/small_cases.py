"""How many small cases a second go through one warm worker? Asked, answered, judged and recorded, one by one.

Runs the named corners (`scenarios/conformance/corners.yaml`) through one worker of one tool on local
files, and prints cases per second, from the start of the first case to the end of the last; what is built
and started before does not count, nor does the report. Nothing here passes or fails.

    python benchmarks/small_cases.py --tool tensorstore
"""

import argparse
import sys
import tempfile
from datetime import datetime
from pathlib import Path

from harness.host.errors import HarnessError
from harness.results.load import Run
from harness.results.model import Selection
from harness.run.progress import Progress
from harness.run.request import Request
from harness.run.run import run
from harness.stores.open import StoreChoice

SCENARIO = "conformance/corners"


def measure(tool: str, scenario: str, folder: Path) -> Run:
    """Run a scenario through one worker of a tool; raises what a run raises."""
    selection = Selection(scenarios=(scenario,), tools=(tool,), stores=("file",))
    return run(Request(selection, folder, StoreChoice(), ("small_cases",)), Progress())


def line(finished: Run) -> str:
    """Return what was measured, in one line."""
    asked = [record for record in finished.records if record.outcome not in ("unsupported", "not_built")]
    begun = min(datetime.fromisoformat(record.started) for record in asked)
    last = max(asked, key=lambda record: record.started)
    seconds = (datetime.fromisoformat(last.started) - begun).total_seconds() + last.duration_ms / 1000
    return (
        f"{asked[0].tool}: {len(asked)} small cases in {seconds:.1f} s: {len(asked) / seconds:.0f} a second"
    )


def main(arguments: list[str]) -> int:
    """Measure the tools that were named; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--tool", action="append", metavar="NAME[@VERSION]", help="default: tensorstore")
    parser.add_argument("--scenario", default=SCENARIO, help=f"default: {SCENARIO}")
    chosen = parser.parse_args(arguments)
    for tool in chosen.tool or ["tensorstore"]:
        try:
            with tempfile.TemporaryDirectory(prefix="ozh-small-") as folder:
                print(line(measure(tool, chosen.scenario, Path(folder) / "run")))
        except HarnessError as problem:
            print(f"{problem}", file=sys.stderr)
            return problem.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
