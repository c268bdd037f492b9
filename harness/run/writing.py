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


def write(worker: Worker, trial: Trial, operation: Write, bench: Bench) -> Finding:
    """Have the dataset's level 0 written to a place of the session's own, and judge what is there then."""
    place = place_for(worker, trial, operation, bench)
    finding = write_to(place, worker, trial, operation, bench)
    if trial.case.scenario.exchange and finding.outcome in ("passed", "failed"):
        bench.exchange.keep(trial.case, trial.id, place, bench.stores)
    return finding


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


def write_to(place: Location, worker: Worker, trial: Trial, operation: Write, bench: Bench) -> Finding:
    """Have it written there, and judge what is there then; raises SessionEndedError."""
    truth = bench.truth(trial)
    asked = _asked(asked_recipe(operation, truth.recipe))
    raw = bench.scratch / f"input-{worker.access.number}.raw"
    try:
        request = WriteRequest(
            store=place, input=_hand_over(truth, raw), image=asked, overwrite=operation.overwrite
        )
        answer = worker.session.ask(request, trial.case.deadlines.run).answer
    finally:
        raw.unlink(missing_ok=True)
    refused = from_refusal(answer, "write", worker.session.stderr())
    if refused:
        return refused
    try:
        written = read_written(bench.stores.written(place))
    except FormatError as problem:
        verdict = wrong("unreadable", f"what was written cannot be read: {problem}")
        return from_verdict(verdict, answer.warnings)
    version: OmeZarrVersion = "0.5" if written.facts.ome_zarr == "0.5" else "0.4"
    errors = check_schema(written.attributes, version, say=bench.progress.say)
    convention = trial.tool.adapter.conventions.get("downsample")
    verdict = judge_write(asked, truth.levels[0], written, errors, operation.tolerance, convention)
    return from_verdict(verdict, answer.warnings)


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


def _hand_over(truth: Truth, raw: Path) -> RawInput:
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
