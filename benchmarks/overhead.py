"""What does it cost a tool to be driven by the harness? Its worker against a bare script, on the same plane.

`bare/<tool>-plane.py` does what the worker's `open` and `read` do, with none of our code. Both are started
afresh for every pair, one and the other first by turns, in the same environment and with the same
variables. They live side by side and take turns, for a machine drifts within seconds: blocks of quanta, AB
BA or BA AB by lot, the other one waiting for its stdin. A quantum is three reads, of which the fastest
counts. A pair's ratio is the Hodges-Lehmann centre of the ratios of neighbouring quanta. A process keeps a
bias for life, so the pair is the unit: the interval is over the pairs' ratios.

The worker digests each plane outside of its timer: shown as what the host waited beyond the worker's own
time (median), beside what a SHA-256 of the plane takes alone. A `null` request shows what a round trip
takes else. Nothing here passes or fails: `ok` is said of a ratio up to 1.03 and of a round trip up to 0.3
ms.
"""

import argparse
import hashlib
import random
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from harness.datasets.build import Dataset, build
from harness.datasets.catalogue import named
from harness.host.errors import ExitCode, HarnessError, HostError
from harness.host.guard import Guard, guard
from harness.performance.ratio import Ratio, paired_ratio
from harness.scenario import region
from harness.scenario.location import FileLocation
from harness.tools import environment, protocol
from harness.tools.environment import Built
from harness.tools.process import EndedError, Limits, Process
from harness.tools.protocol import NullRequest, OpenRequest, ReadRequest
from harness.tools.registry import adapters, select, versions_of
from harness.tools.session import Session, SessionEndedError, session

BARE = Path(__file__).parent / "bare"
DATASET = "microscopy-256mib-0.4"
READS = 3  # in a quantum
BLOCKS = 20  # of four quanta, in a pair
NULLS = 1000
SECONDS = 60  # for any one answer
MAX_RATIO = 1.03
MAX_NULL_MS = 0.3


@dataclass(frozen=True)
class Overhead:
    """What was measured of one tool."""

    tool: str
    ratio: Ratio  # worker / bare
    null_ns: float  # a request that does nothing, as the host sees it
    outside_ns: float  # of a read, as the host sees it, what the worker's timer does not hold
    digest_ns: float  # a SHA-256 of the plane, alone


class Bare:
    """The script without a harness, once it has read the plane for the first time."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.sha256 = self._line()

    def read(self, times: int) -> list[int]:
        """Return how many ns each of so many reads took."""
        self._process.send(f"{times}\n".encode())
        return [int(ns) for ns in self._line().split()]

    def _line(self) -> str:
        line = self._process.receive(SECONDS, Limits().memory_bytes, protocol.MAX_LINE)
        return line.decode().strip()


class Driven:
    """The worker, once it has read the plane for the first time."""

    def __init__(self, one: Session, dataset: Dataset) -> None:
        self._session = one
        place = FileLocation(path=str(dataset.folder))
        opened = one.ask(OpenRequest(store=place, level=0), SECONDS).answer
        shape = dataset.truth.levels[0].shape
        plane = region.resolve({dataset.recipe.axes[0]: middle(dataset)}, dataset.recipe.axes, shape)
        self._request = ReadRequest(handle=opened.handle or "", region=plane)
        self.sha256 = one.ask(self._request, SECONDS).answer.sha256
        self.outside_ns: list[int] = []

    def read(self, times: int) -> list[int]:
        """Return how many ns each of so many reads took, by the worker's own clock."""
        took = []
        for _ in range(times):
            reply = self._session.ask(self._request, SECONDS)
            if reply.answer.timing is None:
                raise HostError(f"a read without a timing: {reply.answer.error or reply.answer.unsupported}")
            took.append(reply.answer.timing.wall_ns)
            self.outside_ns.append(reply.host_ns - took[-1])
        return took


def middle(dataset: Dataset) -> int:
    """Return the index of the plane that is read: the middle one along the first axis."""
    return int(dataset.truth.levels[0].shape[0]) // 2


def measure(built: Built, dataset: Dataset, pairs: int, keeper: Guard) -> Overhead:
    """Measure one tool; raises HostError where worker or script is not there, or reads something else."""
    plane = dataset.truth.levels[0][middle(dataset)].tobytes()
    wanted = hashlib.sha256(plane).hexdigest()
    draw = random.Random(0)
    ratios, outside_ns = [], []
    for number in range(pairs):
        with both(built, dataset, keeper, bare_first=number % 2 == 0) as (driven, bare):
            if not driven.sha256 == bare.sha256 == wanted:
                raise HostError(f"{built.tool}: worker and bare script do not both read the right plane")
            ratios.append(paired_ratio(*take_turns(driven, bare, draw)).centre)
            outside_ns += driven.outside_ns
    return Overhead(
        tool=str(built.tool),
        ratio=paired_ratio(ratios, [1.0] * pairs),
        null_ns=null_round_trip(built, keeper),
        outside_ns=median(outside_ns),
        digest_ns=median(_digest(plane) for _ in range(20)),
    )


@contextmanager
def both(built: Built, dataset: Dataset, keeper: Guard, *, bare_first: bool) -> Iterator[tuple[Driven, Bare]]:
    """Start the two processes of a pair, one after the other."""
    with ExitStack() as stack:
        bare = stack.enter_context(bare_script(built, dataset, keeper)) if bare_first else None
        driven = Driven(stack.enter_context(session(built, "default", {}, Limits(), keeper)), dataset)
        yield driven, bare or stack.enter_context(bare_script(built, dataset, keeper))


@contextmanager
def bare_script(built: Built, dataset: Dataset, keeper: Guard) -> Iterator[Bare]:
    """Start the bare script in the tool's environment; raises HostError if it does not work."""
    script = BARE / f"{built.tool.adapter.tool.name}-plane.py"
    if not script.is_file():
        raise HostError(f"{built.tool} has no bare script", f"write {script}")
    command = (built.command[0], str(script), str(dataset.folder), str(middle(dataset)))
    with keeper.folder("ozh-bare-") as scratch:
        process = Process(command, built.variables, scratch, keeper)
        try:
            yield Bare(process)
        except EndedError:
            raise HostError(f"{script} {process.how_it_ended()}: {process.stderr()[-500:]}") from None
        finally:
            process.stop(0)


def take_turns(driven: Driven, bare: Bare, draw: random.Random) -> tuple[list[int], list[int]]:
    """Return each one's quanta in ns, in the order they were taken, after two quanta that do not count."""
    arms = (driven, bare)
    fastest: tuple[list[int], list[int]] = ([], [])
    for arm in arms:
        arm.read(2 * READS)
    for _ in range(BLOCKS):
        first = draw.randrange(2)
        for which in (first, 1 - first, 1 - first, first):
            fastest[which].append(min(arms[which].read(READS)))
    return fastest


def null_round_trip(built: Built, keeper: Guard) -> float:
    """Return the median time in ns that the host waits for a worker that does nothing."""
    with session(built, "default", {}, Limits(), keeper) as one:
        waited = [one.ask(NullRequest(), SECONDS).host_ns for _ in range(100 + NULLS)]
    return median(waited[100:])


def line_of(found: Overhead) -> str:
    """Return a line for people."""
    ratio = found.ratio
    null, outside, digest = (ns / 1e6 for ns in (found.null_ns, found.outside_ns, found.digest_ns))
    return (
        f"{found.tool}: worker / bare {ratio.centre:.3f} [{ratio.low:.3f}, {ratio.high:.3f}]"
        f" {ratio.pairs} pairs{_ok(ratio.centre, MAX_RATIO)};"
        f" null {null:.3f} ms{_ok(null, MAX_NULL_MS, ' ms')};"
        f" outside of the timer {outside:.2f} ms, a SHA-256 alone {digest:.2f} ms"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the tools that were named, or all that have a bare script; return the exit code."""
    parser = argparse.ArgumentParser(description="What does it cost a tool to be driven by the harness?")
    parser.add_argument("--pairs", type=int, default=20, help="fresh pairs of processes per tool")
    parser.add_argument("--tool", action="append", metavar="NAME@VERSION", help="may be given several times")
    asked = parser.parse_args(arguments)
    if asked.pairs < 1:
        parser.error("--pairs: at least 1")
    try:
        known = adapters()
        tools = select(known, asked.tool) if asked.tool else versions_of(known)
        dataset = build(named(DATASET), print)
        with guard() as keeper:
            for tool in tools:
                built = environment.build(tool, print)
                print(line_of(measure(built, dataset, asked.pairs, keeper)), flush=True)
    except (HarnessError, SessionEndedError) as problem:
        print(problem, file=sys.stderr)
        return ExitCode.HOST
    return ExitCode.OK


def _digest(plane: bytes) -> int:
    begun = time.perf_counter_ns()
    hashlib.sha256(plane).digest()
    return time.perf_counter_ns() - begun


def _ok(value: float, most: float, unit: str = "") -> str:
    return " ok" if value <= most else f" (more than {most:g}{unit})"


if __name__ == "__main__":
    sys.exit(main())
