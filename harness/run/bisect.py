"""`ozh bisect`, carried out: which release of a tool changed what a case shows."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from packaging.version import Version

from harness.datasets.catalogue import catalogue
from harness.datasets.known import known_specimens
from harness.host.errors import HostError, InputError
from harness.performance.bisection import interval
from harness.results.append import write_atomically
from harness.results.bisected import BISECTED, Bisected, Metric, Telling, VersionSeen
from harness.results.model import ToolId
from harness.run.looking import Judge, Looked, Task, judge
from harness.run.progress import Progress
from harness.scenario.expand import Case
from harness.scenario.load import load_scenario
from harness.scenario.model import Scenario, Timing, Wire
from harness.scenario.named import case_of, scenario_of
from harness.scenario.network import NETWORKS
from harness.scenario.recipe import Recipe
from harness.stores.open import StoreChoice
from harness.tools.locked import locked_packages
from harness.tools.registry import adapters, select
from harness.tools.releases import Release, releases, version_of

_SESSIONS = 5  # of which memory is the median
_PASSES = 2  # in which requests are counted: a tool may not ask the same each time

Tell = Callable[[VersionSeen, int], None]  # hears of a version, and how many may still be the one


@dataclass(frozen=True)
class Wanted:
    """What a user wants to know."""

    tool: str  # NAME[+CONFIGURATION]
    good: str
    bad: str
    case: str
    metric: Metric
    folder: Path
    store: StoreChoice
    command: tuple[str, ...]
    scenario: str | None = None  # a file; None: one that comes with the harness


def bisect(wanted: Wanted, progress: Progress, tell: Tell) -> Bisected:
    """Return which release changed it; what was measured stays in the folder, and is not measured again.

    Raises InputError for what cannot be bisected, HostError where disk, network or store fail.
    """
    name, _, configuration = wanted.tool.partition("+")
    row = _row(name, wanted.good, wanted.bad)
    task = Task(
        tool=name,
        configuration=configuration or "default",
        scenario=_write_scenario(wanted, configuration or "default"),
        metric=wanted.metric,
        folder=wanted.folder,
        store=wanted.store,
        command=wanted.command,
    )
    found = _search(row, judge(task, progress), tell)
    result = _result(wanted, task, len(row), found)
    write_atomically(wanted.folder / BISECTED, result.model_dump_json(indent=1) + "\n")
    return result


@dataclass(frozen=True)
class _Found:
    """Where the search ended: the last version as before, the first changed one, all that was seen."""

    result: Literal["found", "no difference", "inconclusive"]
    before: Looked
    after: Looked
    seen: tuple[VersionSeen, ...]
    again: bool | None = None


def _row(name: str, good: str, bad: str) -> tuple[Release, ...]:
    """Return the releases from the older one of the two to the newer one, oldest first; both are in it."""
    if "@" in name:
        raise InputError(
            f"'{name}' has a version", "name the tool alone, and two versions by --good and --bad"
        )
    select(known := adapters(), [name])
    if version_of(good) == version_of(bad):
        raise InputError(f"good and bad are both {good}", "give two versions")
    oldest, newest = sorted((good, bad), key=version_of)
    listed = {one.version: one for one in releases(known[name], oldest, newest)}
    ends = {version: listed.get(version) or Release(version) for version in (oldest, newest)}
    return tuple(sorted((listed | ends).values(), key=lambda one: Version(one.version)))


def _search(row: tuple[Release, ...], by: Judge, tell: Tell) -> _Found:
    oldest, newest = (_end(by.look(release)) for release in (row[0], row[-1]))
    differs, newest = by.differ(oldest, newest)
    seen = [oldest.as_seen("as before"), newest.as_seen(_telling(differs))]
    for end in seen:
        tell(end, len(row) - 1)
    if differs is None:
        if newest.time is None:
            _end(newest)
        return _Found("inconclusive", oldest, newest, tuple(seen))
    if not differs:
        return _Found("no difference", oldest, newest, tuple(seen))
    known: dict[int, Telling] = {}
    looked = {0: oldest, len(row) - 1: newest}
    while (here := interval(len(row), known)).next is not None:
        version = by.look(row[here.next])
        differs, version = (None, version) if version.why else by.differ(oldest, version)
        known[here.next], looked[here.next] = _telling(differs), version
        seen.append(version.as_seen(known[here.next]))
        tell(seen[-1], interval(len(row), known).candidates)
    before, after = looked[here.before], looked[here.after]
    if not here.is_found:
        return _Found("inconclusive", before, after, tuple(seen))
    # By time, another comparison would tell little: what is left is often too small for it.
    again = by.differ(after, newest)[0] if after is not newest and after.time is None else None
    return _Found("found", before, after, tuple(seen), again)


def _telling(differs: bool | None) -> Telling:  # noqa: FBT001 -- it is what it is about
    return "tells nothing" if differs is None else "changed" if differs else "as before"


def _end(looked: Looked) -> Looked:
    """Return what one of the two versions showed that were named; raises where it tells nothing."""
    if not looked.why:
        return looked
    said = f"{looked.release.version} tells nothing: {looked.why}"
    if looked.ours:
        raise HostError(said)
    raise InputError(said, "try --metric outcome" if looked.figures else "choose another version")


def _result(wanted: Wanted, task: Task, releases_there: int, found: _Found) -> Bisected:
    locks = [locked_packages(one.lock) if one.lock else {} for one in (found.before, found.after)]
    return Bisected(
        tool=ToolId(name=task.tool, version=wanted.bad, configuration=task.configuration),
        good=wanted.good,
        bad=wanted.bad,
        case=wanted.case,
        metric=wanted.metric,
        result=found.result,
        releases=releases_there,
        seen=found.seen,
        before=found.before.release.version,
        after=found.after.release.version,
        again=found.again,
        packages=_differing(locks[0], locks[1], task.tool),
    )


def _differing(
    one: dict[str, str], other: dict[str, str], tool: str
) -> dict[str, tuple[str | None, str | None]]:
    """Return the packages that differ between two locks, beside the tool's own."""
    own = adapters()[tool].environment.package
    names = sorted({*one, *other} - {own})
    return {name: (one.get(name), other.get(name)) for name in names if one.get(name) != other.get(name)}


def _write_scenario(wanted: Wanted, configuration: str) -> Path:
    """Write the scenario with this case alone into the folder; raises InputError where another is there."""
    loaded = load_scenario(scenario_of(wanted.case, wanted.scenario), catalogue(), known_specimens)
    case = case_of(loaded, wanted.case)
    scenario = _narrowed(case, wanted.metric, configuration)
    text = json.dumps(_as_written(scenario), indent=1) + "\n"
    path = wanted.folder / "scenario.yaml"
    if path.exists() and path.read_text(encoding="utf-8") != text:
        raise InputError(f"{wanted.folder} is of another bisection", "choose another --out")
    try:
        wanted.folder.mkdir(parents=True, exist_ok=True)
        write_atomically(path, text)
    except OSError as problem:
        raise HostError(f"{path} cannot be written: {problem.strerror}", "choose another --out") from None
    return path


def _narrowed(case: Case, metric: Metric, configuration: str) -> Scenario:
    """Return the scenario of a case with that case alone, measured as the metric needs it."""
    given = case.scenario
    counts = metric in ("requests", "bytes")
    if counts and (case.store == "file" or not case.network.is_direct or case.fault):
        raise InputError(
            f"the requests of '{case.id}' cannot be counted",
            "name a case on store http or s3 and network direct, without a fault",
        )
    wire, timing = given.wire or Wire(), given.timing or Timing()
    more_passes = wire.model_copy(update={"repeats": max(wire.repeats, _PASSES)})
    more_sessions = timing.model_copy(update={"sessions": max(timing.sessions, _SESSIONS)})
    return given.model_copy(
        update={
            "datasets": (_dataset(case),),
            "operations": (case.operation,),
            "stores": (case.store,),
            "networks": (case.network,),
            "faults": (case.fault,) if case.fault else (),
            "configurations": (configuration,),
            "wire": more_passes if counts else None,
            "timing": {"memory": more_sessions, "time": timing}.get(metric),
            "exchange": False,
            "expect": (),
        }
    )


def _dataset(case: Case) -> str | Recipe:
    """Return the dataset as the scenario has it: written out, or by its name."""
    written_out = [entry for entry in case.scenario.datasets if isinstance(entry, Recipe)]
    return next((entry for entry in written_out if entry.name == case.recipe.name), case.recipe.name)


def _as_written(scenario: Scenario) -> dict[str, Any]:
    """Return a scenario as it would stand in its file: a network that is known is a name there."""
    said: dict[str, Any] = scenario.model_dump(mode="json", exclude_unset=True)
    names = [network.name for network in scenario.networks]
    said["networks"] = [
        name if name in NETWORKS else network for name, network in zip(names, said["networks"], strict=True)
    ]
    return {field: value for field, value in said.items() if value is not None}
