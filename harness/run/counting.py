"""Counts the requests of a trial: passes of their own, each a fresh process, one at a time.

A pass goes through the gateway while MinIO traces what reaches it. The two must have seen the same requests,
one by one: on s3 the trace is that of the session's own key, on http all that is anonymous between beacons.
"""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace

from harness.host.errors import HostError
from harness.results.wire import WireRequest, WireSeen
from harness.run.bench import Bench
from harness.run.finding import Finding, from_end
from harness.run.operate import operate
from harness.run.plan import Trial
from harness.run.watching import bytes_needed, watch_of
from harness.stores.agree import disagreement
from harness.stores.trace import Trace
from harness.stores.ways import Watched
from harness.tools.session import SessionEndedError


def count(trial: Trial, bench: Bench) -> tuple[Finding, list[WireRequest]]:
    """Return what came of the counting passes of a trial, and the requests of all of them."""
    wire = trial.case.scenario.wire
    if wire is None:
        raise ValueError("only a trial whose scenario counts is counted")
    gone = bench.only_stands_in(trial)
    if gone is not None:
        return gone, []
    try:
        with bench.stores.tracing() as trace:
            return _passes(trial, wire.repeats, trace, bench)
    except HostError as problem:  # gateway or trace: not the tool's fault
        return Finding("infrastructure", str(problem)), []


def _passes(
    trial: Trial, repeats: int, trace: Trace | None, bench: Bench
) -> tuple[Finding, list[WireRequest]]:
    requests: list[WireRequest] = []
    finding = Finding("passed")
    for repeat in range(repeats):
        finding, passed = _pass(trial, repeat, trace, bench)
        if finding.outcome != "passed":
            return finding, []
        requests += passed
    seen = WireSeen(
        by="trace and gateway" if trace else "gateway",
        repeats=repeats,
        needed_bytes=bytes_needed(trial, bench),
    )
    return replace(finding, wire=seen), requests


def _pass(
    trial: Trial, repeat: int, trace: Trace | None, bench: Bench
) -> tuple[Finding, Sequence[WireRequest]]:
    try:
        with (
            bench.worker([trial], Watched(watch_of(trial, bench))) as worker,
            trace.window() if trace else nullcontext() as window,
        ):
            finding = operate(worker, trial, bench, warm=0).finding
            passage, key = worker.access.passage, worker.access.access_key
            if passage is None:
                raise ValueError("a watched session has a passage")
            requests = passage.requests(trial.id, repeat)
    except SessionEndedError as ended:
        return from_end(ended), ()
    if window is None or finding.outcome != "passed":
        return finding, requests
    traced = window.of(key if trial.case.store == "s3" else "")
    differs = disagreement(requests, traced, passage.prefix)
    if differs:
        return Finding("infrastructure", f"gateway and trace saw different requests: {differs}"), ()
    return finding, requests
