"""Runs with counted requests, faults and networks, made in memory, for the tests of reports."""

import random
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from report_runs import (
    MINIO,
    OME_ZARR_PY,
    TENSORSTORE,
    ZARR_2,
    ZARR_3,
    ZARR_3_TUNED,
    record,
    run_of,
)

from harness.results.load import Run
from harness.results.model import NetworkUsed, Outcome, Problem, Record, Sample, ToolId
from harness.results.wire import FaultSeen, KeyKind, WireRequest, WireSeen, WireStep
from harness.scenario.fault import FaultClass, Left

AIOBOTOCORE = (
    "aiobotocore/2.25.0 md/Botocore#1.40.49 ua/2.1 os/linux#6.12.9 md/arch#x86_64 lang/python#3.13.0 "
    "md/pyimpl#CPython m/N,b,{0} cfg/retry-mode#legacy botocore/1.40.49"
)
AIOHTTP = "Python/3.13 aiohttp/3.13.2"
CURL = "tensorstore/0.1 libcurl/8.16.0"

NETWORKS = (
    NetworkUsed(name="direct", rtt_ms=0),
    NetworkUsed(name="lan", rtt_ms=1),
    NetworkUsed(name="region", rtt_ms=10),
    NetworkUsed(name="continent", rtt_ms=50),
    NetworkUsed(name="hotel", rtt_ms=50, mbit_per_s=10),
    NetworkUsed(name="moon-base", rtt_ms=100),
    NetworkUsed(name="far", rtt_ms=150),
    NetworkUsed(name="narrow", rtt_ms=10, mbit_per_s=100),
)


def request(of: Record, number: int, **other: Any) -> WireRequest:
    facts: dict[str, Any] = {
        "repeat": 0,
        "step": "operation",
        "method": "GET",
        "key": f"0/c/0/{number}",
        "kind": "chunk",
        "status": 200,
        "sent": 0,
        "received": 1000,
        "head": 300,
        "begin_ms": float(number),
        "end_ms": number + 2.0,
        "user_agent": CURL,
        "connection": 0,
        "in_flight": 1,
    }
    return WireRequest(trial=of.trial, number=number, **{**facts, **other})


def counted(
    tool: ToolId = TENSORSTORE,
    case: str = "wire/nuclei/plane/s3",
    *,
    repeats: int = 1,
    needed: int | None = 4000,
    **other: Any,
) -> Record:
    seen = WireSeen(by="trace and gateway", repeats=repeats, needed_bytes=needed)
    return record(tool, case, **{"wire": seen, **other})


def faulty(
    made: FaultClass,
    tool: ToolId = TENSORSTORE,
    case: str = "faults/nuclei/plane/s3/absent",
    *,
    allowed: tuple[FaultClass, ...] = ("right", "raised"),
    met: int = 1,
    attempts: int = 1,
    left: Left | None = None,
    **other: Any,
) -> Record:
    wrong: dict[FaultClass, Outcome] = {
        "right": "failed", "raised": "errored", "fill": "failed", "wrong": "failed", "stuck": "timeout",
        "crashed": "crashed",
    }  # fmt: skip
    seen = FaultSeen(
        name=case.split("/")[4], made=made, allowed=allowed, met=met, attempts=attempts, ms=41.5, left=left
    )
    outcome: Outcome = "passed" if made in allowed else wrong[made]
    return record(tool, case, outcome, **{"fault": seen, "network": "direct", **other})


def with_wire(
    run: Run, requests: Iterable[WireRequest] = (), networks: tuple[NetworkUsed, ...] = NETWORKS[:1]
) -> Run:
    scenarios = tuple(
        used.model_copy(update={"networks": networks if used.name != "faults" else NETWORKS[:1]})
        for used in run.manifest.scenarios
    )
    manifest = run.manifest.model_copy(update={"scenarios": scenarios})
    return replace(run, manifest=manifest, requests=tuple(requests))


# -- a run as it might be

_FORMS = {"microscopy-0.4": "chunk", "microscopy-0.5": "chunk", "microscopy-0.5-sharded": "shard"}
_PATTERNS = {"plane": (16, 40_000), "crop": (4, 40_000), "level": (256, 1_000_000)}
_TOOLS = (ZARR_3, TENSORSTORE, ZARR_2, ZARR_3_TUNED, OME_ZARR_PY)
_CONCURRENCY = {"tensorstore": 32, "zarr-python": 10, "ome-zarr-py": 8}


def large_wire_run(networks: tuple[NetworkUsed, ...] = NETWORKS, seed: int = 7) -> Run:
    """Return a run with all that the wire has: some 80 counted trials, these networks, 24 faults a tool."""
    chance = random.Random(seed)
    records: list[Record] = []
    samples: list[Sample] = []
    requests: list[WireRequest] = []
    for tool in _TOOLS:
        for form, kind in _FORMS.items():
            for pattern in _PATTERNS:
                for store in ("file", "http", "s3"):
                    for network in networks if store != "file" else NETWORKS[:1]:
                        tail = "" if network.name == "direct" else f"/{network.name}"
                        case = f"wire/{form}/{pattern}/{store}{tail}"
                        one = _reading(tool, case, network, store)
                        records.append(one)
                        if one.outcome == "passed":
                            samples += _times(one, tool, pattern, network, chance)
                        if one.wire:
                            requests += _passes(one, kind, pattern, chance)
        records += _faults(tool)
    run = run_of(
        records,
        samples,
        stores=MINIO,
        scenarios=[("wire", "A 256 MiB image over every wire"), ("faults", "A store that misbehaves")],
    )
    return with_wire(run, requests, networks)


def _reading(tool: ToolId, case: str, network: NetworkUsed, store: str) -> Record:
    if tool == ZARR_2 and "0.5" in case:
        return record(tool, case, "unsupported", explanation="Zarr v3 needs zarr-python 3")
    if tool == OME_ZARR_PY and case == "wire/microscopy-0.5-sharded/level/s3":
        return record(tool, case, "errored", problem=Problem(type="OSError", message="no"), timed=True)
    if network.name != "direct" or store == "file":
        return record(tool, case, timed=True)
    chunks, size = _PATTERNS[case.split("/")[2]]
    return counted(tool, case, repeats=3, needed=chunks * size, timed=True)


def _times(
    of: Record, tool: ToolId, pattern: str, network: NetworkUsed, chance: random.Random
) -> list[Sample]:
    chunks, size = _PATTERNS[pattern]
    trips = max(1, chunks / _CONCURRENCY[tool.name])
    link = chunks * size * 8 / (network.mbit_per_s * 1000) if network.mbit_per_s else 0
    work = chunks * (0.4 if tool.name == "tensorstore" else 1.1)
    samples = []
    for session in range(5):

        def sample(step: str, phase: str, ms: float, repeat: int = 0) -> Sample:
            return Sample(
                trial=of.trial, session=session, repeat=repeat, phase=phase, step=step, metric="wall",  # noqa: B023
                value=ms * 1e6 * chance.lognormvariate(0, 0.03), unit="ns",
            )  # fmt: skip

        samples.append(sample("open", "cold", 4 + 3 * network.rtt_ms))
        samples.append(sample("operation", "cold", max(work, link) + (trips + 1) * network.rtt_ms))
        samples += [
            sample("operation", "warm", max(work, link) * 0.9 + trips * network.rtt_ms, repeat)
            for repeat in range(3)
        ]
    return samples


def _passes(of: Record, kind: str, pattern: str, chance: random.Random) -> list[WireRequest]:
    return [one for repeat in range(3) for one in _pass(of, repeat, kind, pattern, chance)]


def _pass(of: Record, repeat: int, kind: str, pattern: str, chance: random.Random) -> list[WireRequest]:
    chunks, size = _PATTERNS[pattern]
    asked: list[WireRequest] = []
    lanes = [0.0] * min(_CONCURRENCY[of.tool.name], chunks)
    now = 0.0

    def ask(key: str, what: KeyKind, step: WireStep, begin: float, **other: Any) -> float:
        end = begin + chance.uniform(1.2, 2.4)
        agent = CURL if of.tool == TENSORSTORE else AIOHTTP if of.store == "http" else AIOBOTOCORE
        if of.tool == ZARR_3_TUNED and of.case == "wire/microscopy-0.5/crop/s3" and what == "chunk":
            agent = CURL
        facts = {
            "received": size, "in_flight": 1, "status": 200, "begin_ms": begin, "end_ms": end,
            "user_agent": agent.format(chance.choice("ZEG")),
        }  # fmt: skip
        asked.append(
            request(of, len(asked), repeat=repeat, step=step, key=key, kind=what, **{**facts, **other})
        )
        return end

    names = ("zarr.json", "0/zarr.json") if "0.5" in of.case else (".zattrs", ".zgroup", "0/.zarray")
    for name in names:
        now = ask(name, "metadata", "open", now, received=712)
    if of.tool.name == "zarr-python":
        now = ask("0/.zattrs", "metadata", "open", now, status=404, received=0)
    if of.tool == OME_ZARR_PY and of.store == "s3":
        now = ask("", "listing", "open", now, received=2310)
    if of.tool == ZARR_3:
        now = ask(names[0], "metadata", "operation", now, received=712)
    extra = chance.choice((0, 1, 2)) if of.tool == OME_ZARR_PY else 0
    lanes = [now] * len(lanes)
    for place in range(chunks + extra):
        lane = min(range(len(lanes)), key=lanes.__getitem__)
        part: dict[str, Any] = {"connection": lane, "in_flight": min(place + 1, len(lanes))}
        if kind == "shard":
            start = place % 64 * size
            if place % 64 == 0:
                lanes[lane] = ask(
                    f"0/c/0/{place // 64}", "shard_index", "operation", lanes[lane], received=1028,
                    start=64 * size, stop=64 * size + 1028, status=206, **part,
                )  # fmt: skip
            part |= {"start": start, "stop": start + size, "status": 206}
            key = f"0/c/0/{place // 64}"
        else:
            key = f"0/c/0/{place // 16}/{place % 16}"
        lanes[lane] = ask(key, "shard" if kind == "shard" else "chunk", "operation", lanes[lane], **part)
    return asked


_READ_FAULTS: dict[str, tuple[FaultClass, ...]] = {
    "absent": ("right",), "forbidden": ("raised",), "listed-but-absent": ("right", "raised"),
    "error-500": ("raised",), "busy-once": ("right", "raised"), "busy-four-times": ("right", "raised"),
    "busy-for-ever": ("raised",), "refused": ("raised",), "reset-before": ("right", "raised"),
    "reset-in-the-middle": ("right", "raised"), "truncated-right-length": ("right", "raised"),
    "truncated-wrong-length": ("raised",), "stall": ("raised",), "drip": ("right", "raised"),
    "other-range": ("raised",), "bit-flip-zstd-checksum": ("raised",), "bit-flip-blosc": ("raised", "wrong"),
    "bit-flip-crc32c": ("raised",), "bit-flip-index": ("raised",), "new-etag": ("right", "raised"),
}  # fmt: skip
_WRITE_FAULTS: dict[str, tuple[FaultClass, ...]] = {
    "busy-once": ("right", "raised"), "error-500": ("raised",), "reset-before": ("right", "raised"),
    "killed": ("crashed",),
}  # fmt: skip


def _faults(tool: ToolId) -> list[Record]:
    found = []
    for title, faults in (("plane", _READ_FAULTS), ("write", _WRITE_FAULTS)):
        for place, (name, allowed) in enumerate(faults.items()):
            case = f"faults/microscopy-0.5/{title}/s3/{name}"
            left: Left | None = None if title == "plane" else "half" if "raised" in allowed else "nothing"
            made: FaultClass = allowed[-1]
            if tool == ZARR_2:
                found.append(record(tool, case, "unsupported", network="direct", explanation="Zarr v3"))
                continue
            if tool.name == "zarr-python" and name in ("error-500", "truncated-wrong-length"):
                made = "fill" if title == "plane" else "right"
            if tool == OME_ZARR_PY and name in ("stall", "other-range"):
                made = "stuck" if name == "stall" else "wrong"
            if tool == TENSORSTORE and name.startswith("busy") and "right" in allowed:
                made = "right"
            said = Problem(type="OSError", message=f"[Errno 5] An error occurred ({name}) on GetObject")
            met = 0 if tool == OME_ZARR_PY and name == "listed-but-absent" else 1
            found.append(
                faulty(
                    made if met else "right", tool, case, allowed=allowed, met=met, left=left,
                    attempts=(1 + place % 5) * met, problem=said if made == "raised" else None,
                    explanation="" if made in allowed else f"{made}, where {allowed} was to be expected",
                )
            )  # fmt: skip
    return found
