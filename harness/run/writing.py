"""Carries out a `write`: hands the pixels over, and judges what lands in the store by our own decoder."""

from pathlib import Path
from typing import Any

import numpy as np

from harness.conformance.verdict import wrong
from harness.conformance.written import judge_write
from harness.datasets.encoded import encode_image
from harness.datasets.schemas import check_schema
from harness.datasets.truth import Truth
from harness.datasets.written import read_written
from harness.datasets.zarr.errors import FormatError
from harness.run.answers import Operated, incredible
from harness.run.bench import Bench, Worker
from harness.run.finding import Finding, from_refusal, from_verdict
from harness.run.plan import Trial
from harness.scenario.fault import Left
from harness.scenario.fit import asked_recipe
from harness.scenario.image import OmeZarrVersion
from harness.scenario.location import Location, S3Location
from harness.scenario.operation import Write
from harness.scenario.recipe import Recipe
from harness.tools.protocol import AskedImage, RawInput, WriteRequest
from harness.tools.session import Reply


def write(worker: Worker, trial: Trial, operation: Write, bench: Bench, warm: int) -> Operated:
    """Have the dataset's level 0 written, and `warm` times more; judge what is there each time.

    Each time the place is a new one, of the session's own. Raises SessionEndedError.
    """
    replies: list[Reply] = []
    finding = Finding("passed")
    for _ in range(1 + warm):
        place = place_for(worker, trial, operation, bench)
        done = write_to(place, worker, trial, operation, bench)
        finding = done.finding
        replies += done.replies
        if trial.case.scenario.exchange and finding.outcome in ("passed", "failed"):
            bench.exchange.keep(trial.case, trial.id, place, bench.stores)
        if finding.outcome != "passed":
            break
    lie = incredible(replies)
    return Operated(lie if lie and finding.outcome == "passed" else finding, None, tuple(replies))


def place_for(worker: Worker, trial: Trial, operation: Write, bench: Bench) -> Location:
    """Return where to write: an empty place, or one with an older image that is to be replaced.

    If the session is watched, what it asks for there is told from the rest.
    """
    place = bench.stores.write_location(trial.case.store, "written.ome.zarr", worker.access)
    if isinstance(place, S3Location) and worker.access.passage:
        worker.access.passage.watch_prefix(f"{place.bucket}/{place.key}")
    if operation.overwrite:
        truth = bench.truth(trial)
        older = encode_image(asked_recipe(operation, truth.recipe), _older(truth))
        bench.stores.put(place, older)
    return place


def write_to(place: Location, worker: Worker, trial: Trial, operation: Write, bench: Bench) -> Operated:
    """Have it written there, and judge what is there then; raises SessionEndedError."""
    truth = bench.truth(trial)
    asked = _asked(asked_recipe(operation, truth.recipe))
    raw = bench.scratch / f"input-{worker.access.number}.raw"
    try:
        request = WriteRequest(
            store=place, input=hand_over(truth, raw), image=asked, overwrite=operation.overwrite
        )
        reply = worker.session.ask(request, trial.case.deadlines.run)
    finally:
        raw.unlink(missing_ok=True)
    refused = from_refusal(reply.answer, "write", worker.session.stderr())
    finding = refused or _look(place, asked, trial, operation, reply.answer.warnings, bench)
    return Operated(finding, None, (reply,))


def _look(
    place: Location,
    asked: AskedImage,
    trial: Trial,
    operation: Write,
    warnings: tuple[str, ...],
    bench: Bench,
) -> Finding:
    """Judge what is at a place after a write."""
    try:
        written = read_written(bench.stores.written(place))
    except FormatError as problem:
        verdict = wrong("unreadable", f"what was written cannot be read: {problem}")
        return from_verdict(verdict, warnings)
    version: OmeZarrVersion = "0.5" if written.facts.ome_zarr == "0.5" else "0.4"
    errors = check_schema(written.attributes, version, say=bench.progress.say)
    convention = trial.tool.adapter.conventions.get("downsample")
    pixels = bench.truth(trial).levels[0]
    verdict = judge_write(asked, pixels, written, errors, operation.tolerance, convention)
    return from_verdict(verdict, warnings)


def left_at(place: Location, trial: Trial, operation: Write, bench: Bench) -> Left:
    """Return what a reader sees at a place after a write, whatever the tool said about it."""
    tree = bench.stores.written(place)
    try:
        pixels = read_written(tree).level_arrays[0]
    except FormatError:
        return "half" if any(True for _ in tree.keys()) else "nothing"  # noqa: SIM118 -- a tree is no dict
    truth = bench.truth(trial)
    if np.array_equal(pixels, truth.levels[0]):
        return "new"
    return "old" if operation.overwrite and np.array_equal(pixels, _older(truth)) else "half"


def _older(truth: Truth) -> np.ndarray[Any, np.dtype[Any]]:
    """Return the pixels of the image that is there before: none of them is what it will be."""
    pixels = truth.levels[0]
    return np.invert(pixels) if pixels.dtype.kind in "biu" else pixels + 1


def hand_over(truth: Truth, raw: Path) -> RawInput:
    """Write the pixels as the worker gets them: raw, little-endian, C order."""
    pixels = truth.levels[0]
    pixels.astype(pixels.dtype.newbyteorder("<"), copy=False).tofile(raw)
    return RawInput(path=str(raw), dtype=truth.recipe.dtype, shape=pixels.shape)


def _asked(recipe: Recipe) -> AskedImage:
    return AskedImage(
        ome_zarr=recipe.ome_zarr,
        name=recipe.name,
        axes=recipe.axis_list,
        scale=tuple(recipe.scale.get(axis, 1.0) for axis in recipe.axes),
        chunks=recipe.chunks,
        shards=recipe.shards,
        codec=recipe.codec,
        separator=recipe.separator,
        levels=recipe.levels,
        factor=recipe.factors,
        method=recipe.method,
    )
