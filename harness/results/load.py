"""Reading a run folder back. Each way in which one can be unreadable is said in one sentence."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from harness.host.errors import InputError
from harness.results.append import FOOTER, MANIFEST, RECORDS, REQUESTS, SAMPLES
from harness.results.bouts import BOUTS, VERDICTS, BoutSeen, Verdicts
from harness.results.model import FORMAT, Footer, Manifest, Record, Sample
from harness.results.wire import WireRequest

_Model = TypeVar("_Model", bound=BaseModel)


@dataclass(frozen=True)
class Run:
    """A run as it stands in its folder; without a footer it was interrupted."""

    folder: Path
    manifest: Manifest
    records: tuple[Record, ...]  # the latest of each trial, in planned order
    samples: tuple[Sample, ...]  # of the trials that have a record that counts
    footer: Footer | None
    requests: tuple[WireRequest, ...] = ()  # of the trials that have a record that counts
    verdicts: Verdicts | None = None  # of a comparison of two arms that was carried out to its end


def load_run(folder: Path) -> Run:
    """Return the run in a folder; raises InputError where there is none, or where it cannot be read."""
    if not (folder / MANIFEST).is_file():
        raise InputError(
            f"{folder} is no run folder (it has no {MANIFEST})", "give the folder that `ozh run` named"
        )
    manifest = _one(folder / MANIFEST, Manifest)
    latest = {record.trial: record for record in _lines(folder / RECORDS, Record)}
    order = {trial: place for place, trial in enumerate(manifest.planned)}
    records = sorted(latest.values(), key=lambda record: order.get(record.trial, len(order)))
    return Run(
        folder=folder,
        manifest=manifest,
        records=tuple(records),
        samples=tuple(_samples(folder, latest)),
        footer=_one(folder / FOOTER, Footer) if (folder / FOOTER).is_file() else None,
        requests=tuple(_requests(folder, latest)),
        verdicts=_one(folder / VERDICTS, Verdicts) if (folder / VERDICTS).is_file() else None,
    )


def load_bouts(folder: Path) -> tuple[BoutSeen, ...]:
    """Return the bouts in a run's folder, in the order in which they were measured; raises InputError."""
    return tuple(_lines(folder / BOUTS, BoutSeen))


def _samples(folder: Path, records: dict[str, Record]) -> Iterator[Sample]:
    """Yield the samples that belong to a record; of a trial measured twice, the later attempt counts."""
    latest: dict[tuple[object, ...], Sample] = {}
    for sample in _lines(folder / SAMPLES, Sample):
        if sample.trial in records and records[sample.trial].timed:
            latest[
                (sample.trial, sample.session, sample.repeat, sample.phase, sample.step, sample.metric)
            ] = sample
    yield from latest.values()


def _requests(folder: Path, records: dict[str, Record]) -> Iterator[WireRequest]:
    """Yield the requests that belong to a record; of a trial counted twice, the later attempt counts."""
    latest: dict[str, list[WireRequest]] = {}
    for request in _lines(folder / REQUESTS, WireRequest):
        if request.trial in records:
            if (request.repeat, request.number) == (0, 0):
                latest[request.trial] = []
            latest.setdefault(request.trial, []).append(request)
    for requests in latest.values():
        yield from requests


def _one(path: Path, model: type[_Model]) -> _Model:
    return parse(path, path.read_bytes(), model)


def _lines(path: Path, model: type[_Model]) -> Iterator[_Model]:
    """Yield the whole lines; a torn last line is passed over."""
    if not path.exists():
        return
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if line.endswith(b"\n"):
                yield parse(path, line, model, number)


def parse(path: Path, data: bytes | str, model: type[_Model], line: int | None = None) -> _Model:
    """Return what a file, or a line of it, holds; raises InputError, naming the place and the field."""
    where = f"{path}:{line}" if line else str(path)
    try:
        return model.model_validate_json(data)
    except ValidationError as problem:
        first = problem.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise InputError(
            f"{where}: not a {model.__name__.lower()} of format {FORMAT}: {field}: {first['msg']}",
            "it may be of another version of the harness",
        ) from None
