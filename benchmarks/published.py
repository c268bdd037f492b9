"""Figure 2 of the OME-NGFF paper, drawn again: a chunk at a random place, by form (TIFF, HDF5, Zarr), store.

Runs `scenarios/published` (2-D, 3-D, and two looks at why), or takes a run that is there, and prints medians
in ms of reading a chunk where the file is open already, and of opening it too, beside the paper's. What is in
the paper's timer differs by form: a TIFF is parsed anew, of Zarr the array is opened, an HDF5 file is already
open (its repository, benchmark/benchmark.py). The ranking goes by its choices; both times are printed.

`read` is the first read on a new handle, so that nothing of the chunk was read before. `open` is repeated in
one process, so that it holds no connection's first use. Nothing here passes or fails.

    python benchmarks/published.py --out results/published
    python benchmarks/published.py --run results/reference/published
"""

import argparse
import statistics
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from harness.host.errors import HarnessError
from harness.performance.wire import figures, passes
from harness.results.load import Run, load_run
from harness.results.model import Selection
from harness.run.progress import Progress
from harness.run.request import Request
from harness.run.run import run
from harness.stores.open import StoreChoice

SCENARIOS = "scenarios/published"
# The paper's Zarr was read by zarr-python 2, so that one takes part, too, and stands for Zarr in the ranking.
TOOLS = ("tifffile", "h5py", "zarr-python@2.18.7", "zarr-python", "tensorstore")
FORMS = {"tifffile": "TIFF", "h5py": "HDF5", "zarr-python@2.18.7": "Zarr"}
STORES = ("file", "http", "s3")
# Medians of 100 random chunks, in ms.
PAPER: Mapping[tuple[str, str], Mapping[str, float]] = {
    ("2d", "file"): {"Zarr": 6.2, "TIFF": 72.5, "HDF5": 0.9},
    ("2d", "http"): {"Zarr": 6.1, "TIFF": 139, "HDF5": 205},
    ("2d", "s3"): {"Zarr": 129, "TIFF": 351, "HDF5": 1000},
    ("3d", "file"): {"Zarr": 6.0, "HDF5": 1.5},
    ("3d", "http"): {"Zarr": 10, "HDF5": 212},
    ("3d", "s3"): {"Zarr": 96, "HDF5": 978},
}


@dataclass(frozen=True)
class Cell:
    """One tool on one store: medians in ms over all chunks, and what one chunk takes over the network."""

    read: float
    open: float
    requests: float | None = None  # of opening and reading, medians over chunks; None for file
    mib: float | None = None
    read_mib: float | None = None  # of reading alone

    @property
    def both(self) -> float:
        """Opening and reading."""
        return self.open + self.read


Cells = dict[tuple[str, str, str], Cell]  # scenario's last part, tool, store


def cells_of(finished: Run) -> Cells:
    """Return what was measured, of the right answers."""
    of = {
        record.trial: (record.scenario.removeprefix("ngff-paper-"), str(record.tool), record.store)
        for record in finished.records
        if record.outcome == "passed"
    }
    opens = {record.trial for record in finished.records if record.operation == "open"}
    reads, opened = defaultdict(list), defaultdict(list)
    for sample in finished.samples:
        if sample.metric != "wall" or sample.step != "operation" or sample.trial not in of:
            continue
        ms = sample.value / 1e6
        if sample.trial in opens and sample.phase == "warm":
            opened[of[sample.trial]].append(ms)
        elif sample.trial not in opens and sample.phase == "cold":
            reads[of[sample.trial]].append(ms)
    counted = defaultdict(list)
    for (trial, _), requests in passes(finished.requests).items():
        if trial in of and trial not in opens:
            whole, reading = figures(requests), figures(requests, "operation")
            counted[of[trial]].append((whole.requests, whole.received / 2**20, reading.received / 2**20))
    return {
        key: Cell(
            statistics.median(reads[key]),
            statistics.median(opened[key]),
            *(map(statistics.median, zip(*counted[key], strict=True)) if counted[key] else ()),
        )
        for key in reads
        if opened[key]
    }


def as_in_the_paper(cell: Cell, form: str) -> float:
    """Return what the paper's timer holds of this form, in ms."""
    return cell.read if form == "HDF5" else cell.both


def table(cells: Cells) -> Iterator[str]:
    """Yield lines of Markdown: what was measured, beside the paper's."""
    yield "| | store | tool | read | open + read | paper | requests | MiB | of these to read |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for scenario, store in PAPER:
        for tool, cell in sorted(of_row(cells, scenario, store).items()):
            told = PAPER[scenario, store].get(FORMS.get(tool, ""))
            wire = ["", "", ""]
            if cell.requests is not None and cell.mib is not None and cell.read_mib is not None:
                wire = [f"{cell.requests:.0f}", f"{cell.mib:.3g}", f"{cell.read_mib:.3g}"]
            figures_of = [f"{cell.read:.3g}", f"{cell.both:.3g}", f"{told:g}" if told else ""]
            yield f"| {' | '.join([scenario, store, tool, *figures_of, *wire])} |"


def of_row(cells: Cells, scenario: str, store: str) -> dict[str, Cell]:
    """Return the cells of one scenario and store by `name@version`, or by name where that is asked for so."""
    row = {tool: cell for (which, tool, where), cell in cells.items() if (which, where) == (scenario, store)}
    return {tool if tool in FORMS else short(tool): cell for tool, cell in row.items()}


def short(tool: str) -> str:
    """Return the name of a reference without its version, for there is but one."""
    name, _, rest = tool.partition("@")
    configuration = "+tuned" if rest.endswith("+tuned") else ""
    return name + configuration if name in FORMS else tool


def rankings(cells: Cells) -> Iterator[str]:
    """Yield, for each store and pair of forms, whether the paper's order comes out again by its timer."""
    for (scenario, store), paper in PAPER.items():
        row = of_row(cells, scenario, store)
        here = {form: as_in_the_paper(row[tool], form) for tool, form in FORMS.items() if tool in row}
        for one, other in combinations(sorted(paper, key=lambda form: paper[form]), 2):
            if one in here and other in here:
                word = "as in the paper" if here[one] < here[other] else "NOT as in the paper"
                said = f"{scenario} {store}: {one} {here[one]:.3g} ms, {other} {here[other]:.3g} ms"
                yield f"- {said} ({paper[one]:g} and {paper[other]:g}): {word}"


def why(finished: Run, cells: Cells) -> Iterator[str]:
    """Yield what a cache of the first block alone makes of it, and what it takes to open a TIFF of planes."""
    for (scenario, tool, store), cell in sorted(cells.items()):
        if scenario == "tuned" and cell.requests is not None:
            yield (
                f"- {tool} on {store}, 2-D: read {cell.read:.3g} ms and {cell.read_mib:.3g} MiB, "
                f"open + read {cell.both:.3g} ms and {cell.mib:.3g} MiB"
            )
    by_trial = {sample.trial: sample for sample in finished.samples if sample.metric == "wall"}
    for (trial, _), requests in passes(finished.requests).items():
        if trial.startswith("ngff-paper-3d-tiff/") and trial in by_trial:
            seen, tool = figures(requests), trial.partition("::")[2]
            yield (
                f"- {tool}, to open 512 planes over http: {by_trial[trial].value / 1e9:.3g} s, "
                f"{seen.requests:,} requests, {seen.received / 2**20:,.0f} MiB"
            )


def main(arguments: list[str]) -> int:
    """Measure, or take what was measured, and print it; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("results/published"), help="where the run goes")
    parser.add_argument("--run", type=Path, help="a run that is there: only print it")
    chosen = parser.parse_args(arguments)
    try:
        if chosen.run:
            finished = load_run(chosen.run)
        else:
            selection = Selection(scenarios=(SCENARIOS,), tools=TOOLS)
            asked = Request(selection, chosen.out, StoreChoice(), ("benchmarks/published.py",))
            finished = run(asked, Progress())
    except HarnessError as problem:
        print(f"{problem}", file=sys.stderr)
        return problem.exit_code
    cells = cells_of(finished)
    for lines in (table(cells), rankings(cells), why(finished, cells)):
        print("\n".join(lines), end="\n\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
