"""Whether two runs belong together: which trials cannot be compared, and what to know of the others."""

from collections.abc import Iterator

from harness.results.baseline import Baseline, TrialFigures


def apart(before: Baseline, after: Baseline, was: TrialFigures, now: TrialFigures) -> str:
    """Return why two results of a trial cannot be compared; nothing where they can."""
    scenario = now.case.partition("/")[0]
    if _digest(before, scenario) != _digest(after, scenario):
        return f"scenario '{scenario}' is not the same in both"
    if _stands_in(before, was.store) != _stands_in(after, now.store):
        return f"store {now.store} was a stand-in in one of the two"
    if "infrastructure" in (was.outcome, now.outcome):
        return "our store or host failed, which says nothing of the tool"
    return ""


def remarks(before: Baseline, after: Baseline) -> Iterator[str]:
    """Yield what differs around the trials: machine, harness, environments, stores."""
    if before.host != after.host:
        yield (
            "The two were made on different machines: outcomes, requests and bytes can be compared; memory "
            "and time only inform."
        )
    if before.harness != after.harness:
        yield f"The harness was {before.harness}, then {after.harness}."
    locks = {(tool.name, tool.version): tool.lock_hash for tool in before.tools}
    for tool in after.tools:
        if locks.get((tool.name, tool.version), tool.lock_hash) != tool.lock_hash:
            yield f"{tool.name} {tool.version} has another lock: what it depends on may differ."
    for kind in sorted({*before.stores, *after.stores}):
        was, now = (side.stores.get(kind, {}).get("version") for side in (before, after))
        if was and now and was != now:
            yield f"Store {kind} was {was}, then {now}."
        if _stands_in(before, kind) and _stands_in(after, kind):
            yield f"A stand-in served store {kind}: good for conformance only."


def _digest(baseline: Baseline, scenario: str) -> str | None:
    return next((one.digest for one in baseline.scenarios if one.name == scenario), None)


def _stands_in(baseline: Baseline, kind: str) -> bool:
    return bool(baseline.stores.get(kind, {}).get("stand_in"))
