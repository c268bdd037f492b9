"""The bench: what every trial of a run shares, and the one place where a finding becomes a record."""

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from harness.datasets.build import Dataset
from harness.datasets.one_file import ENDINGS
from harness.datasets.specimen import SpecimenTruth
from harness.datasets.truth import Truth
from harness.host.guard import Guard
from harness.host.places import PACKAGE, cache_root
from harness.results.append import RunWriter, now
from harness.results.model import Outcome, Sample, ToolUsed
from harness.results.pairs import Pairs
from harness.results.provenance import host_id
from harness.results.wire import WireRequest, WireStep
from harness.run.exchange import Exchange
from harness.run.finding import Finding, without_places
from harness.run.plan import Trial
from harness.run.prepare import AnyBuilt, Tools, key_of
from harness.run.progress import Progress
from harness.run.settle import record_of
from harness.scenario.form import OME_ZARR, Form
from harness.stores.open import SessionAccess, Stores
from harness.stores.ways import Way
from harness.tools.environment import Built
from harness.tools.process import Limits
from harness.tools.session import Session, session

_MAY_BE_THE_STORE: frozenset[Outcome] = frozenset({"failed", "errored", "timeout", "crashed"})


@dataclass(frozen=True)
class Worker:
    """A session, and what the stores let it see."""

    session: Session
    access: SessionAccess

    def mark(self, step: WireStep) -> None:
        """Let the requests that begin from now on count for this step, if anybody counts."""
        if self.access.passage:
            self.access.passage.mark(step)


@dataclass(frozen=True)
class Bench:
    """All that a trial needs besides its worker. Shared by threads."""

    tools: Tools
    datasets: Mapping[str, AnyBuilt]
    stores: Stores
    writer: RunWriter
    progress: Progress
    guard: Guard
    scratch: Path
    required: frozenset[str]  # tools that the user named
    pairs: Pairs
    exchange: Exchange
    stopping: threading.Event = field(default_factory=threading.Event)
    used: dict[str, ToolUsed] = field(default_factory=dict)  # as their workers introduced themselves
    live: set[Session] = field(default_factory=set)

    def built(self, trial: Trial) -> AnyBuilt:
        """Return what was built for a trial, or what another one wrote for it."""
        written = trial.case.written
        if written:
            return self.exchange.kept[written.trial]
        return self.datasets[key_of(trial.case.recipe)]

    def dataset(self, trial: Trial) -> Dataset:
        """Return the dataset of a trial that is made by a recipe."""
        found = self.built(trial)
        if not isinstance(found, Dataset):
            raise TypeError(f"{found.recipe.name} is a specimen, not made by a recipe")
        return found

    def truth(self, trial: Trial) -> Truth:
        """Return the truth about the image a trial works on: the recipe's, or a label image of it."""
        truth, label = self.dataset(trial).truth, trial.case.operation.label
        return truth if label is None else truth.labels[label]

    def known(self, trial: Trial) -> Truth | SpecimenTruth:
        """Return the truth about what a trial works on, image or specimen."""
        found = self.built(trial)
        return self.truth(trial) if isinstance(found, Dataset) else found.truth

    def others(self, trial: Trial) -> dict[str, np.ndarray[Any, np.dtype[Any]]]:
        """Return the arrays of the same dataset that a trial does not work on, by path."""
        found = self.built(trial)
        if not isinstance(found, Dataset):
            return {}
        own = {id(level) for level in self.truth(trial).levels}
        return {path: pixels for path, pixels in found.truth.arrays.items() if id(pixels) not in own}

    @contextmanager
    def worker(self, trials: Sequence[Trial], way: Way | None = None) -> Iterator[Worker]:
        """Start a worker for trials of one tool on one network; raises SessionEndedError if it won't start.

        `way`: what its requests pass through; default: the trials' network.
        """
        trial = trials[0]
        adapter = trial.tool.adapter
        settings = adapter.configurations[trial.configuration].settings
        scenario = trial.case.scenario
        limits = Limits(scenario.deadlines.start, scenario.memory_mib * 1024**2)
        built = self.tools.built[str(trial.tool)]
        with (
            self.stores.session({one.case.store for one in trials}, way or trial.case.network) as access,
            session(built, trial.configuration, settings, limits, self.guard) as one,
            self._live(one),
        ):
            self.used[str(trial.tool_id)] = ToolUsed(
                tool=trial.tool_id,
                lock_hash=built.lock_hash,
                title=adapter.tool.title,
                homepage=adapter.tool.homepage,
                language=one.hello.language,
                packages=one.hello.packages,
                settings=one.hello.settings,
                form=trial.form,
            )
            yield Worker(one, access)

    @contextmanager
    def _live(self, one: Session) -> Iterator[None]:
        self.live.add(one)
        try:
            yield
        finally:
            self.live.discard(one)

    def stop(self) -> None:
        """Stop the run: no trial is begun or recorded any more, and the workers under way end."""
        self.stopping.set()
        for one in tuple(self.live):
            one.kill()

    def begin(self, trial: Trial) -> "Clock":
        """Start on a trial."""
        self.progress.begin(trial.id)
        return Clock(now(), time.monotonic())

    def record(
        self,
        trial: Trial,
        finding: Finding,
        clock: "Clock",
        samples: Sequence[Sample] = (),
        requests: Sequence[WireRequest] = (),
    ) -> None:
        """Write the record of a trial, unless the run is being stopped: then what happened was our doing."""
        if self.stopping.is_set():
            return
        built = self.tools.built.get(str(trial.tool))
        finding = without_places(self._charge_the_store(trial, finding), self._places(trial, built))
        record = record_of(
            trial,
            finding,
            (clock.started, (time.monotonic() - clock.begun) * 1000),
            built.lock_hash if built else None,
            host=host_id(),
            required=str(trial.tool) in self.required,
        )
        right = record.outcome == "passed"
        self.writer.append(record, samples if right else (), requests if right or trial.case.fault else ())
        self.progress.finished(trial, record)

    def _places(self, trial: Trial, built: Built | None) -> dict[str, str]:
        """Return the folders that a tool may speak of, with words for them: records are made to be shown."""
        written = trial.case.written
        data = self.exchange.kept.get(written.trial) if written else self.built(trial)
        places = {str(published(data, trial.form)[1]): "<data>"} if data else {}
        places |= {str(built.folder): "<environment>"} if built else {}
        return {**places, str(PACKAGE): "<harness>", str(cache_root()): "<cache>"}  # the longest first

    def store_is_gone(self, trial: Trial) -> Finding | None:
        """Return the finding for a trial whose store does not answer, or None if it does."""
        store = trial.case.store
        if self.stores.healthy(store):
            return None
        return Finding("infrastructure", f"the {store} store does not answer; `--resume` tries again")

    def only_stands_in(self, trial: Trial) -> Finding | None:
        """Return the finding for a trial that needs a real server, or None if it has one."""
        facts = self.stores.facts.get(trial.case.store, {})
        if not facts.get("stand_in"):
            return None
        return Finding(
            "infrastructure", "a stand-in serves this store: nothing is counted or made to fail there"
        )

    def _charge_the_store(self, trial: Trial, finding: Finding) -> Finding:
        """Never charge a tool with what our own store did: if it is gone, the outcome is `infrastructure`."""
        store = trial.case.store
        if finding.outcome not in _MAY_BE_THE_STORE or self.stores.healthy(store):
            return finding
        said = f"the {store} store stopped answering during this trial ({finding.explanation})"
        return replace(finding, outcome="infrastructure", explanation=said)


def name_of(dataset: AnyBuilt, form: Form) -> str:
    """Return the name under which a form of a dataset is published."""
    return published(dataset, form)[0]


def published(dataset: AnyBuilt, form: Form) -> tuple[str, Path]:
    """Return the name under which a form of a dataset is published, and what: a folder, or a file."""
    if not dataset.digest:  # written by a tool, in a folder of its own
        return dataset.folder.name, dataset.folder
    name, folder, digest, ending = dataset.recipe.name, dataset.folder, dataset.digest, ".ome.zarr"
    if isinstance(dataset, Dataset) and form != OME_ZARR:
        file = dataset.others[form]
        folder, digest, ending = file.path, file.digest, ENDINGS[form]
    return f"{name}-{digest[:12]}{ending}", folder


@dataclass(frozen=True)
class Clock:
    """When a trial began: for people, and for measuring how long it took."""

    started: str
    begun: float
