"""The exact figures of a run: outcomes, requests and bytes of each trial. Time and memory stand beside them.

Requests and bytes are counted, so two runs of the same thing have the same, whatever the machine did
meanwhile; where a tool's concurrency makes them vary from pass to pass, the least and the most are kept.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from statistics import median

from harness.performance.summary import Summary, median_interval, summarise
from harness.performance.wire import WireFigures, figures, passes, spans
from harness.results.baseline import Baseline, Counted, Middle, Range, ScenarioFound, ToolFound, TrialFigures
from harness.results.load import Run
from harness.results.model import Record, Sample, ToolUsed
from harness.results.wire import WireRequest, WireStep

_STEPS: tuple[WireStep, ...] = ("open", "operation")


def baseline_of(run: Run) -> Baseline:
    """Return the figures of every trial that has a record, in planned order."""
    footer, manifest = run.footer, run.manifest
    each = passes(run.requests)
    samples: dict[str, list[Sample]] = defaultdict(list)
    for sample in run.samples:
        samples[sample.trial].append(sample)
    tools = _tools(run.records, footer.tools if footer else manifest.tools)
    pinned = tuple(f"{tool.name}@{tool.version}" for tool in tools)
    return Baseline(
        made=manifest.started,
        harness=manifest.harness,
        host=str(manifest.provenance.get("host", "")),
        selection=manifest.selection.model_copy(update={"tools": pinned}),
        scenarios=tuple(ScenarioFound(name=one.name, digest=one.digest) for one in manifest.scenarios),
        tools=tools,
        stores=footer.stores if footer else manifest.stores,
        trials=tuple(_trial(record, each, samples[record.trial]) for record in run.records),
    )


def _tools(records: Iterable[Record], used: Iterable[ToolUsed]) -> tuple[ToolFound, ...]:
    locks = {(one.tool.name, one.tool.version): one.lock_hash for one in used}
    for record in records:
        locks[record.tool.name, record.tool.version] = record.lock_hash or locks.get(
            (record.tool.name, record.tool.version)
        )
    return tuple(
        ToolFound(name=name, version=version, lock_hash=lock)
        for (name, version), lock in sorted(locks.items())
    )


def _trial(
    record: Record, each: Mapping[tuple[str, int], Sequence[WireRequest]], samples: Sequence[Sample]
) -> TrialFigures:
    right = record.outcome == "passed"
    return TrialFigures(
        case=record.case,
        tool=record.tool,
        store=record.store,
        outcome=record.outcome,
        kind=_kind(record),
        counted=_counted([each.get((record.trial, repeat), ()) for repeat in range(record.wire.repeats)])
        if record.wire
        else None,
        memory=_memory(samples) if right else None,
        times=_times(samples, nothing=record.operation == "null") if right else {},
    )


def _kind(record: Record) -> str:
    """Return what stays the same of an explanation whose sentence tells numbers; none for a right answer."""
    if record.fault is not None:
        return record.fault.made
    if record.outcome == "passed":
        return ""
    return str(record.evidence.get("kind") or (record.problem.type if record.problem else ""))


def _counted(passed: Sequence[Sequence[WireRequest]]) -> Counted:
    whole = [figures(one) for one in passed]
    steps = {step: [figures(one, step) for one in passed] for step in _STEPS}
    return Counted(
        passes=len(passed),
        requests=_range(one.requests for one in whole),
        requests_of={
            f"{step} {method} {kind}": (int(span.low), int(span.high))
            for step, of_step in steps.items()
            for method, kind, span in spans(of_step).by_kind
        },
        bytes=_range(one.received + one.sent for one in whole),
        bytes_of=_bytes_of(steps),
        again=_range(one.duplicates for one in whole),
    )


def _bytes_of(steps: Mapping[WireStep, Sequence[WireFigures]]) -> dict[str, Range]:
    """Return what was received and sent in each step, where there was any."""
    found = {}
    for step, of_step in steps.items():
        found[f"{step} received"] = _range(one.received for one in of_step)
        found[f"{step} sent"] = _range(one.sent for one in of_step)
    return {name: span for name, span in found.items() if span != (0, 0)}


def _memory(samples: Iterable[Sample]) -> Middle | None:
    """Return the median over sessions of the most that each held in any of its operations."""
    peaks: dict[int, float] = {}
    for sample in samples:
        if sample.metric == "peak_rss" and sample.step == "operation":
            peaks[sample.session] = max(sample.value, peaks.get(sample.session, 0))
    if not peaks:
        return None
    low, high, interval = median_interval(tuple(peaks.values()))
    middle = median(peaks.values())
    return Middle(median=middle, low=low, high=high, interval=interval, n=len(peaks), over="sessions")


def _times(samples: Iterable[Sample], *, nothing: bool) -> dict[str, Middle]:
    """Return the medians of each step; of doing `nothing`, the round trip as the harness saw it."""
    metric = "host_wall" if nothing else "wall"
    return {
        f"{key.step} {key.phase}": _middle(summary)
        for key, summary in summarise(samples).items()
        if key.metric == metric and key.step != "start"
    }


def _middle(summary: Summary) -> Middle:
    return Middle(
        median=summary.median,
        low=summary.low,
        high=summary.high,
        interval=summary.interval,
        n=summary.n,
        over=summary.over,
    )


def _range(values: Iterable[int]) -> Range:
    every = tuple(values)
    return min(every), max(every)
