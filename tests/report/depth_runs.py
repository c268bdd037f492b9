"""Runs of conformance in depth, made in memory: writers and readers, validators, thousands of cases."""

import random
from collections.abc import Iterator
from typing import Any

from report_runs import MINIO, OME_ZARR_PY, TENSORSTORE, ZARR_2, ZARR_3, ZARR_3_TUNED, record, run_of

from harness.results.load import Run
from harness.results.model import Outcome, Problem, Record, ToolId

ALWAYS = ToolId(name="always-valid", version="1")
MODELS = ToolId(name="ome-zarr-models", version="1.7")
OPERATIONS = {"pixels": "read", "metadata": "inspect", "validity": "validate"}
FIXED = "a known issue did not appear, fixed? {} (https://github.com/ome/ome-zarr-py/issues/{})"
BROKEN = {"evidence": {"kind": "schema", "kinds": ["schema"]}, "explanation": "1 thing is not as asked for"}
OVERLOOKED = {
    "evidence": {"kind": "accepted-invalid"},
    "explanation": "accepts what breaks a rule: no version",
}


def written(
    writer: ToolId, place: str = "ramp/v05/file", outcome: Outcome = "passed", **other: Any
) -> Record:
    """Return the record of a write in an exchange; `place` is dataset, write operation and store."""
    return record(writer, f"matrix/{place}", outcome, operation="write", **other)


def reading(
    writer: ToolId, reader: ToolId, look: str = "pixels", place: str = "ramp/v05/file", **other: Any
) -> Record:
    """Return the record of one look at what was written."""
    dataset, title, store = place.split("/")
    facts: dict[str, Any] = {"outcome": "passed", **other}
    return record(
        reader,
        f"matrix/{dataset}/{title}--{writer}--{look}/{store}",
        operation=OPERATIONS[look],
        written_by=writer,
        written=title,
        **facts,
    ).model_copy(update={"title": look})


def nothing(writer: ToolId, reader: ToolId, look: str = "pixels", place: str = "ramp/v05/file") -> Record:
    """Return the record of a look at what was never written."""
    why = f"nothing to read: {writer}: it was not written"
    return reading(writer, reader, look, place, outcome="unsupported", explanation=why)


def verdict(
    validator: ToolId, dataset: str, *, valid: bool, said: bool | None, rule: str = "a rule", **other: Any
) -> Record:
    """Return the record of a validator's verdict; of None: that it raised an error."""
    case, facts = f"validators/{dataset}/hierarchy/file", {"operation": "validate", **other}
    if said is None:
        problem = Problem(type="KeyError", message="'ome'")
        return record(validator, case, "errored", problem=problem, explanation="it raised KeyError", **facts)
    if said == valid:
        return record(validator, case, **facts)
    text = f"accepts what breaks a rule: {rule}" if said else "rejects what is valid, saying: no 'name'"
    kind = "accepted-invalid" if said else "rejected-valid"
    return record(validator, case, "failed", explanation=text, evidence={"kind": kind}, **facts)


def exchange_run() -> Run:
    """Return a run in which five tools write, four read, and two validators look at it."""
    records = [
        one
        for writer in (ZARR_3, ZARR_3_TUNED, TENSORSTORE, OME_ZARR_PY, ZARR_2)
        for dataset in ("ramp-2", "ramp-3", "noise-5")
        for title in ("v04-none", "v04-blosc", "v05-none", "v05-zstd")
        for one in _exchanged(writer, f"{dataset}/{title}")
    ]
    return run_of(records, stores=MINIO, scenarios=[("matrix", "All by all")])


def _exchanged(writer: ToolId, image: str) -> Iterator[Record]:
    lost = writer == ZARR_2 and "v05" in image
    for store in ("file", "s3"):
        if lost:
            yield written(
                writer, f"{image}/{store}", "unsupported", explanation="Zarr v3 needs zarr-python 3"
            )
        elif writer == TENSORSTORE:
            yield written(writer, f"{image}/{store}", "failed", **BROKEN)
        else:
            yield written(writer, f"{image}/{store}")
    for store in ("file", "http", "s3"):
        place = f"{image}/{store}"
        for reader in (ZARR_3, TENSORSTORE, OME_ZARR_PY, ZARR_2):
            for look in ("pixels", "metadata"):
                said = _said(writer, reader, look, place)
                tried = not lost or said.get("outcome") == "unsupported"
                yield (reading if tried else nothing)(writer, reader, look, place, **(said if tried else {}))
        for validator in (ALWAYS, MODELS):
            overlooked = validator == ALWAYS and writer == TENSORSTORE
            said = {"outcome": "failed", **OVERLOOKED} if overlooked else {}
            one = nothing(writer, validator, "validity", place) if lost else None
            yield one or reading(writer, validator, "validity", place, **said)


def _said(writer: ToolId, reader: ToolId, look: str, place: str) -> dict[str, Any]:
    if reader == TENSORSTORE and look == "metadata":
        return {"outcome": "unsupported", "explanation": "It reads arrays."}
    if reader == ZARR_2 and "v05" in place:
        return {"outcome": "unsupported", "explanation": "Zarr v3 needs zarr-python 3"}
    if reader == OME_ZARR_PY and "zstd" in place and place.endswith("http"):
        problem = Problem(type="ClientResponseError", message=f"403, url='http://127.0.0.1/{place}'")
        return {"outcome": "errored", "problem": problem, "explanation": f"open raised {problem.type}"}
    if (reader, writer, look) == (ZARR_3, ZARR_2, "pixels") and "blosc" in place:
        evidence = {"kind": "fill", "saved": "wrong/0001"}
        return {
            "outcome": "failed",
            "explanation": "12 of 64 chunks are fill value (0)",
            "evidence": evidence,
        }
    return {}


def validators_run() -> Run:
    """Return a run in which a validator and the baseline judge two suites and our own images."""
    chance = random.Random(5)
    records = []
    for version in ("0.4", "0.5"):
        for number in range(40):
            for kind, valid in (("ok", True), ("broken", False)):
                name = f"ngff-{version}-image-{kind}-{number}"
                said = valid if chance.random() < 0.95 else not valid
                records.append(verdict(ALWAYS, name, valid=valid, said=True))
                records.append(verdict(MODELS, name, valid=valid, said=said))
        for rule in ("axes-order", "scale-missing", "version-missing", "paths-own"):
            valid = rule == "paths-own"
            name, text = f"ome-{version}-{rule}", f"The rule of {rule}"
            raised = (rule, version) == ("version-missing", "0.4")
            said = None if raised else valid or rule == "scale-missing"
            records.append(verdict(ALWAYS, name, valid=valid, said=True, rule=text))
            records.append(verdict(MODELS, name, valid=valid, said=said, rule=text))
    return run_of(records, stores=MINIO, scenarios=[("validators", "Who is right")])


SELECTIONS = ("whole", "slab", "element", "strided", "negative", "outside", "empty", "list")
MANY = tuple(
    ToolId(name=name, version=version)
    for name, version in (
        ("zarr-python", "2.18.7"), ("zarr-python", "3.4.2"), ("tensorstore", "0.1.86"), ("zarrs", "0.22"),
        ("zarrita.js", "0.5"), ("n5-zarr", "1.4"), ("ome-zarr-py", "0.21"),
    )
)  # fmt: skip


def many_cases(*, wrong: float = 0.1, datasets: int = 313, seed: int = 3) -> Run:
    """Return a run of 7 tools on generated datasets, each read in 8 ways: some 2,500 cases."""
    chance = random.Random(seed)
    records = []
    for number in range(datasets):
        dataset = f"pair-v{2 + number % 2}-{number:03}"
        for tool in MANY:
            odd, kind = chance.random() < wrong, chance.randrange(4)
            for title in SELECTIONS:
                facts = _odd(dataset, title, kind, chance) if odd else _usual(tool, dataset, title)
                records.append(record(tool, f"pairs/{dataset}/{title}/file", **facts))
    return run_of(records, stores=MINIO, scenarios=[("pairs", "Every two properties together")])


def _usual(tool: ToolId, dataset: str, title: str) -> dict[str, Any]:
    if tool == MANY[0] and "-v3-" in dataset:
        return {"outcome": "unsupported", "explanation": "Zarr v3 needs zarr-python 3"}
    if title == "outside":
        return {"notes": (f"refused: read raised IndexError: index 17 is out of bounds in '{dataset}'",)}
    return {}


def _odd(dataset: str, title: str, kind: int, chance: random.Random) -> dict[str, Any]:
    dtype, number = chance.choice(("uint8", "<u2", "float32", "complex64", "bool")), chance.randrange(1000)
    if kind == 0:
        message = f"codec 'blosc' of {dataset}: cannot decode {dtype} chunk [{number}, 3] at 0x{number:x}"
        problem, said = Problem(type="ValueError", message=message), f"read raised ValueError: {message}"
        return {"outcome": "errored", "problem": problem, "explanation": said, "stderr": "Traceback\n" * 900}
    if kind == 1:
        text = f"{number} of 1024 pixels differ, first at y={number}, x=3: {number / 7:.3f} instead of nan"
        return {"outcome": "failed", "explanation": text, "evidence": {"kind": "other", "pixels": number}}
    if kind == 2:
        return {
            "outcome": "known_issue",
            "explanation": f"dtype {dtype} came back",
            "notes": ("half a pixel",),
        }
    return {"notes": (FIXED.format("half a pixel", 403),)} if title == "whole" else {}
