"""Carries out `write_regions`: several workers of one tool write into one array at once; our decoder looks.

All are handed their request at the same moment, each with regions that no other has; those side by side are
of different writers. Every round has a new, empty array.
"""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from harness.conformance.together import Damage, Part, damages, judge_together
from harness.datasets.encoded import encode_empty
from harness.datasets.truth import Truth
from harness.datasets.zarr.decode import open_array, read_array
from harness.datasets.zarr.errors import FormatError
from harness.run.answers import Operated
from harness.run.bench import Bench, Worker
from harness.run.finding import Finding, from_refusal, from_verdict
from harness.run.plan import Trial
from harness.run.writing import hand_over
from harness.scenario.location import Location
from harness.scenario.operation import Walk, WriteRegions
from harness.scenario.region import resolve
from harness.scenario.walk import ground_of, steps
from harness.tools.protocol import RawInput, WriteRegionsRequest


def write_regions(worker: Worker, trial: Trial, operation: WriteRegions, bench: Bench) -> Operated:
    """Have all regions written in every round, and say what is lost; raises SessionEndedError."""
    truth = bench.truth(trial)
    parts = _dealt(operation, truth)
    raw = bench.scratch / f"input-{worker.access.number}.raw"
    found: list[Damage] = []
    unreadable: dict[int, str] = {}
    try:
        given = hand_over(truth, raw)
        with ExitStack() as stack:
            more = [stack.enter_context(bench.worker([trial])) for _ in range(operation.writers - 1)]
            for number in range(1, operation.rounds + 1):
                place = bench.stores.write_location(trial.case.store, "shared.ome.zarr", worker.access)
                bench.stores.put(place, encode_empty(truth.recipe))
                refused = _round([worker, *more], trial, place, given, parts)
                if refused:
                    return Operated(refused)
                try:
                    found += _look(number, truth, place, parts, bench)
                except FormatError as problem:
                    unreadable[number] = str(problem)
    finally:
        raw.unlink(missing_ok=True)
    verdict = judge_together(truth.axes, found, unreadable, operation.rounds, len(parts))
    return Operated(from_verdict(verdict, ()))


def _dealt(operation: WriteRegions, truth: Truth) -> list[Part]:
    """Return all regions, dealt out so that neighbours along the last divided axis have different writers."""
    recipe = truth.recipe
    whole = dict(zip(recipe.axes, recipe.shape, strict=True))
    blocks = Walk(operation="walk", pattern="blocks", size={**whole, **operation.size})
    reads = steps(blocks, ground_of(recipe))
    return [
        Part(number % operation.writers + 1, resolve(read.region, recipe.axes, recipe.shape))
        for number, read in enumerate(reads)
    ]


def _round(
    workers: Sequence[Worker], trial: Trial, place: Location, given: RawInput, parts: Sequence[Part]
) -> Finding | None:
    """Hand all workers their regions at once; return the finding where one of them refuses."""
    ready = threading.Barrier(len(workers))

    def ask(number: int) -> Finding | None:
        regions = tuple(part.region for part in parts if part.writer == number)
        request = WriteRegionsRequest(store=place, level=0, input=given, regions=regions)
        ready.wait()
        session = workers[number - 1].session
        answer = session.ask(request, trial.case.deadlines.run).answer
        return from_refusal(answer, f"write_regions (writer {number} of {len(workers)})", session.stderr())

    with ThreadPoolExecutor(len(workers)) as pool:
        answers = [pool.submit(ask, number) for number in range(1, len(workers) + 1)]
        refused = [answer.result() for answer in answers]
    return next((finding for finding in refused if finding), None)


def _look(number: int, truth: Truth, place: Location, parts: Sequence[Part], bench: Bench) -> list[Damage]:
    tree = bench.stores.written(place)
    got = read_array(tree, open_array(tree, truth.image.levels[0].path))
    return damages(number, truth.levels[0], got, parts, truth.fill_value)
