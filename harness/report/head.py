"""The head of a report: what the run was, and what a reader must know before anything else."""

from collections.abc import Iterator
from typing import Any

from harness.report.model import Banner, Head
from harness.report.nouns import Counts, Fact
from harness.report.units import three_digits
from harness.report.words import listed, plural, store_order
from harness.results.load import Run

# Provenance that stands at the top; the rest stands at the end of the report.
_FIRST = ("host", "system", "kernel", "machine", "cpu", "cpus", "memory_bytes")


def head_of(run: Run, counts: Counts) -> Head:
    """Return run id, date, machine, stores and banners."""
    manifest = run.manifest
    return Head(
        run=manifest.run,
        started=manifest.started,
        facts=(
            Fact("started", readable_time(manifest.started)),
            *([Fact("ended", readable_time(run.footer.ended))] if run.footer else []),
            Fact("harness", manifest.harness),
            *_machine(manifest.provenance),
            *_store_facts(run),
        ),
        more=(
            Fact("command", " ".join(manifest.command)),
            Fact("seed", str(manifest.seed)),
            Fact("jobs", str(manifest.jobs)),
            *(Fact(f"scenario {used.name}", f"{used.path}, {used.digest}") for used in manifest.scenarios),
            *flat(manifest.selection.model_dump(), "selected"),
            *flat({name: value for name, value in manifest.provenance.items() if name not in _FIRST}),
        ),
        banners=tuple(_banners(run, counts)),
    )


def stores_of(run: Run) -> list[tuple[str, dict[str, Any]]]:
    """Return what is known of each kind of store; what the footer says is newer than the manifest."""
    stores: dict[str, Any] = {**run.manifest.stores, **(run.footer.stores if run.footer else {})}
    return [
        (kind, stores[kind] if isinstance(stores[kind], dict) else {"server": str(stores[kind])})
        for kind in sorted(stores, key=store_order)
    ]


def stand_ins(run: Run) -> list[tuple[str, str]]:
    """Return the kinds of store that a stand-in served, each with the stand-in's name."""
    return [
        (kind, str(store.get("server", "a stand-in")))
        for kind, store in stores_of(run)
        if store.get("stand_in")
    ]


def untimed_stores(run: Run) -> frozenset[str]:
    """Return the kinds of store whose times mean nothing here: one server is behind s3 and http alike."""
    names = {kind for kind, _ in stand_ins(run)}
    return frozenset(names | {"s3", "http"}) if names else frozenset()


def flat(values: dict[str, Any], prefix: str = "") -> Iterator[Fact]:
    """Yield the leaves of nested facts, e.g. `git commit`; what is empty is left out."""
    for key, value in values.items():
        name = f"{prefix} {key}".strip().replace("_", " ")
        if isinstance(value, dict):
            yield from flat(value, name)
        elif isinstance(value, list | tuple):
            if value:
                yield Fact(name, ", ".join(str(part) for part in value))
        elif name.endswith(" bytes") and isinstance(value, int):
            yield Fact(name.removesuffix(" bytes"), f"{three_digits(value / 2**30)} GiB")
        elif isinstance(value, bool):
            yield Fact(name, "yes" if value else "no")
        elif value not in (None, ""):
            yield Fact(name, str(value))


def readable_time(moment: str) -> str:
    """Return an ISO 8601 time as `2026-11-22 16:58:03 UTC`; anything else as it is."""
    date, mark, time = moment.partition("T")
    utc = time.endswith(("Z", "+00:00"))
    return f"{date} {time[:8]} UTC" if mark and utc and len(time) >= 8 else moment


def _machine(provenance: dict[str, Any]) -> Iterator[Fact]:
    """Yield host, kernel, CPU and memory, as far as they are known."""

    def join(*names: str) -> str:
        return " ".join(str(provenance[name]) for name in names if provenance.get(name))

    cpus = f", {plural(provenance['cpus'], 'CPU')}" if isinstance(provenance.get("cpus"), int) else ""
    yield from flat({"host": join("host"), "kernel": join("system", "kernel", "machine")})
    yield from flat({"CPU": join("cpu") + cpus, "memory_bytes": provenance.get("memory_bytes")})


def _store_facts(run: Run) -> list[Fact]:
    """Return what served each kind of store; kinds that one server served alike are told together."""
    kinds: dict[str, list[str]] = {}
    for kind, store in stores_of(run):
        kinds.setdefault(_store_text(store), []).append(kind)
    return [Fact(f"store {listed(same)}", text) for text, same in kinds.items() if text]


def _store_text(store: dict[str, Any]) -> str:
    name = " ".join(str(store[key]) for key in ("server", "version") if store.get(key))
    rest = {key: value for key, value in store.items() if key not in ("server", "version", "stand_in")}
    said = [f"{fact.name}: {fact.value}" for fact in flat(rest) if fact.value != "stand-in"]
    mark = ["a stand-in"] if store.get("stand_in") else []
    return "; ".join(filter(None, [name, *mark, *said]))


def _banners(run: Run, counts: Counts) -> Iterator[Banner]:
    recorded = counts.planned - counts.missing
    if run.footer is None:
        yield Banner(
            "torn",
            "This run was interrupted",
            f"This run was interrupted: {recorded:,} of {plural(counts.planned, 'trial')} recorded. "
            "What is missing is shown as not run; no total is final.",
        )
    elif counts.missing:
        yield Banner(
            "torn",
            "This run is incomplete",
            f"This run is incomplete: {recorded:,} of {plural(counts.planned, 'trial')} recorded.",
        )
    if found := stand_ins(run):
        names = listed(sorted({name for _, name in found}))
        yield Banner(
            "stand-in",
            "No real MinIO",
            f"{names} stood in for MinIO: conformance only, no timings are shown for s3/http.",
        )
    if counts.unexpected:
        was = "was" if counts.unexpected == 1 else "were"
        yield Banner(
            "unexpected",
            "Unexpected outcomes",
            f"{counts.unexpected:,} of {plural(recorded, 'outcome')} {was} not expected; "
            "each is explained below.",
        )
