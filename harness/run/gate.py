"""The gate: the selection of a baseline is run anew, and what it found is held against the baseline."""

from pathlib import Path

from harness.host.errors import ExitCode, HostError, InputError
from harness.performance.changes import Comparison, compare
from harness.performance.exact import baseline_of
from harness.results.baseline import Baseline
from harness.results.baseline_file import save_baseline
from harness.results.load import Run
from harness.results.model import Selection
from harness.run.request import Planned


def chosen(given: Selection, old: Baseline | None, *, update: bool) -> Selection:
    """Return what to run: what was given, else what the baseline holds.

    Raises InputError where more is given than `update` allows: without it, only other versions of tools.
    """
    if old is None:
        if not given.scenarios:
            raise InputError(
                "a new baseline needs scenarios", "ozh gate FILE --update SCENARIO... --tool NAME"
            )
        return given
    if not update and (given.scenarios or given.stores or given.only):
        raise InputError(
            "the baseline itself says what is run", "give --update to make it anew, or no more than --tool"
        )
    if given.scenarios:
        return given
    asked = given.model_dump(include={"tools", "stores", "only"}, exclude_defaults=True)
    return old.selection.model_copy(update=asked)


def check_scenarios(planned: Planned, old: Baseline) -> None:
    """Raise InputError, before anything is run, where a scenario is not what it was for the baseline."""
    was = {one.name: one.digest for one in old.scenarios}
    for one in planned.scenarios:
        name = one.scenario.scenario
        if was.get(name) != one.digest:
            said = "has changed since" if name in was else "is not in"
            raise InputError(f"scenario '{name}' {said} the baseline", "take it in by --update")


def held(finished: Run, old: Baseline | None) -> tuple[Baseline, Comparison | None]:
    """Return what a run found, and how it differs from the baseline that there was, if there was one.

    Versions may differ, for that is what a gate is for.
    """
    found = baseline_of(finished)
    return found, compare(old, found, "versions") if old else None


def save_whole(path: Path, found: Baseline) -> None:
    """Write a new baseline; raises HostError where store or host failed, for such a run is none."""
    failed = sum(trial.outcome == "infrastructure" for trial in found.trials)
    if failed:
        raise HostError(
            f"our store or host failed in {failed} trials, so {path} was left as it was", "run it again"
        )
    save_baseline(path, found)


def exit_code(comparison: Comparison) -> ExitCode:
    """Return 1 where anything got worse or is gone, 3 where something could not be compared, else 0."""
    if comparison.of("worse"):
        return ExitCode.UNEXPECTED
    return ExitCode.HOST if comparison.apart else ExitCode.OK
