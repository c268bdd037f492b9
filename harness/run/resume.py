"""Taking up a torn run: only what was planned then, only here, and only what does not count yet."""

from collections.abc import Sequence
from dataclasses import replace

from harness.host.errors import InputError
from harness.results.load import Run
from harness.results.model import Manifest
from harness.results.provenance import host_id
from harness.run.plan import Trial
from harness.run.request import Planned, Request
from harness.tools.environment import lock_hash


def as_it_was(request: Request, manifest: Manifest) -> Request:
    """Return the request with the selection of the run in its folder; raises InputError for another."""
    given = request.selection
    if given.scenarios and given != manifest.selection:
        raise InputError(f"{request.out} was started with another selection", "give --resume and --out only")
    if manifest.provenance.get("host") != host_id():
        raise InputError(f"{request.out} was started on another machine", "start a new run here")
    return replace(request, selection=manifest.selection, seed=manifest.seed)


def check_unchanged(planned: Planned, manifest: Manifest) -> None:
    """Raise InputError where what would be run now is not what was planned then."""
    was = {used.name: used.digest for used in manifest.scenarios}
    for one in planned.scenarios:
        if was.get(one.scenario.scenario) != one.digest:
            raise InputError(
                f"scenario '{one.scenario.scenario}' has changed since the run was started", "start a new run"
            )
    if {trial.id for trial in planned.trials} != set(manifest.planned):
        raise InputError("tools or scenarios have changed since the run was started", "start a new run")


def still_to_do(trials: Sequence[Trial], torn: Run) -> tuple[Trial, ...]:
    """Return the trials still to be carried out: without a record, our own failures, or of another lock."""
    counts = {
        (record.trial, record.lock_hash)
        for record in torn.records
        if record.outcome not in ("infrastructure", "not_built")
    }
    waiting = [
        trial for trial in trials if not {(trial.id, lock_hash(trial.tool)), (trial.id, None)} & counts
    ]
    # What was written is gone with the run that was torn: it is written again where it is still to be read.
    again = {trial.case.written.trial for trial in waiting if trial.case.written}
    again -= {trial.id for trial in waiting}
    return (*(trial for trial in trials if trial.id in again), *waiting)
