"""What a version shows of one case, for a bisection: by a run of its own, or by bouts beside the oldest."""

import math
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from harness.host.errors import RefusedError
from harness.performance.bisection import differ, nearer, tells_nothing
from harness.performance.exact import baseline_of
from harness.results.append import MANIFEST
from harness.results.baseline import Baseline, TrialFigures
from harness.results.bisected import Metric, Telling, VersionSeen
from harness.results.bouts import Verdict
from harness.results.model import Selection
from harness.run.arms import pair_arms, parse_arm
from harness.run.comparing import compare_live
from harness.run.progress import Progress
from harness.run.request import Request
from harness.run.run import run
from harness.stores.open import StoreChoice
from harness.tools.environment import build, lock_hash
from harness.tools.registry import adapters, select
from harness.tools.releases import Release


@dataclass(frozen=True)
class Task:
    """What is bisected: one case, by one tool in one configuration, within one folder."""

    tool: str  # NAME
    configuration: str
    scenario: Path  # with this case alone, and what its metric needs to be measured
    metric: Metric
    folder: Path
    store: StoreChoice
    command: tuple[str, ...]


@dataclass(frozen=True)
class Looked:
    """A version, and what it showed. `why`: it tells nothing; `ours`: and not for what the tool answered."""

    release: Release
    lock_hash: str | None = None
    lock: Path | None = None  # kept in the folder
    baseline: Baseline | None = None
    time: Verdict | None = None
    why: str = ""
    ours: bool = False

    @property
    def figures(self) -> TrialFigures | None:
        """The figures of its trial."""
        return self.baseline.trials[0] if self.baseline else None

    def as_seen(self, says: Telling) -> VersionSeen:
        """Return it as it stands in results."""
        return VersionSeen(
            version=self.release.version,
            date=self.release.date,
            lock_hash=self.lock_hash,
            says=says,
            why=self.why,
            figures=self.figures,
            time=self.time,
        )


class Judge(Protocol):
    """How versions are measured, and told from each other."""

    def look(self, release: Release) -> Looked:
        """Return what a version shows by itself; raises HostError where disk, network or store fail."""
        ...

    def differ(self, one: Looked, other: Looked) -> tuple[bool | None, Looked]:
        """Tell whether two versions differ, or None, and return the other one with what came out."""
        ...


@dataclass(frozen=True)
class ByRuns:
    """Each version has a run of its own; what is exact, or has a margin, is compared between runs."""

    task: Task
    progress: Progress

    def look(self, release: Release) -> Looked:
        """Return what a run of this version shows; one that is finished is not run again."""
        built = built_version(self.task, release, self.progress)
        if built.why:
            return built
        folder = self.task.folder / "runs" / release.version
        selection = Selection(
            scenarios=(str(self.task.scenario),), tools=(f"{self.task.tool}@{release.version}",)
        )
        request = Request(
            selection, folder, self.task.store, self.task.command, resume=(folder / MANIFEST).exists()
        )
        baseline = baseline_of(run(request, self.progress))
        trial = baseline.trials[0]
        why = tells_nothing(self.task.metric, trial)
        return replace(built, baseline=baseline, why=why, ours=trial.outcome == "infrastructure")

    def differ(self, one: Looked, other: Looked) -> tuple[bool | None, Looked]:
        """Tell whether the metric differs between two runs."""
        if one.baseline is None or other.baseline is None:
            return None, other
        return differ(self.task.metric, one.baseline, other.baseline), other


@dataclass
class ByBouts:
    """Time is told in pairs only: each version is measured beside the oldest one, by turns.

    The first two that are compared tell what is looked for, a slow-down or a gain; from then on only that.
    """

    task: Task
    progress: Progress
    slower: bool | None = field(default=None, init=False)
    whole: float = field(default=1.0, init=False)  # the ratio of the first two, slower to faster

    def look(self, release: Release) -> Looked:
        """Return whether this version can be built: by itself its time says nothing."""
        return built_version(self.task, release, self.progress)

    def differ(self, one: Looked, other: Looked) -> tuple[bool | None, Looked]:
        """Tell whether the other version is slower than the one, or faster if that is looked for."""
        versions = (one.release.version, other.release.version)
        verdict, why = self._verdict(versions if self.slower is not False else versions[::-1])
        looked = replace(other, time=verdict, why=why)
        if verdict is None:
            return None, looked
        if self.slower is None and verdict.word in ("slower", "faster"):
            self.slower = verdict.word == "slower"
            self.whole = math.exp(abs(math.log(verdict.ratio or 1)))
            return True, looked
        changed: Mapping[str, bool] = {"slower": True, "faster": False, "not slower": False}
        told = changed.get(verdict.word)
        if told is None and self.slower is not None and verdict.low and verdict.high:
            told = nearer((verdict.low, verdict.high), self.whole)
        return told, replace(looked, why="") if told is not None else looked

    def _verdict(self, versions: tuple[str, str]) -> tuple[Verdict | None, str]:
        task, name = self.task, f"{versions[0]}-{versions[1]}"
        folder = task.folder / "comparisons" / name
        first, second = (f"{task.tool}@{version}+{task.configuration}" for version in versions)
        arms = (parse_arm(first, self.progress.say), parse_arm(second, self.progress.say))
        paired = pair_arms(arms, [str(task.scenario)], (), ())
        selection = Selection(scenarios=(str(task.scenario),), tools=paired.tools)
        resume = (folder / MANIFEST).exists()
        request = Request(selection, folder, task.store, task.command, resume=resume)
        verdicts = compare_live(request, paired, (first, second), self.progress).verdicts
        if verdicts.left_out or not verdicts.verdicts:
            return None, next(iter(verdicts.left_out.values()), "it was not timed")
        verdict = verdicts.verdicts[0]
        if verdicts.void:
            why = "a version seemed to differ from itself, so that no time counts"
            gone = {"word": "inconclusive", "why": why, "low": None, "high": None}
            verdict = verdict.model_copy(update=gone)
        return verdict, verdict.why if verdict.word == "inconclusive" else ""


def judge(task: Task, progress: Progress) -> Judge:
    """Return how the metric of a task is judged."""
    return ByBouts(task, progress) if task.metric == "time" else ByRuns(task, progress)


def built_version(task: Task, release: Release, progress: Progress) -> Looked:
    """Return that a version is built, its lock kept in the folder, or why it cannot be."""
    try:
        (tool,) = select(adapters(), [f"{task.tool}@{release.version}"], progress.say)
        if task.configuration not in tool.adapter.configurations_of(release.version):
            return Looked(release, why=f"it has no configuration '{task.configuration}'")
        build(tool, progress.say)
    except RefusedError as problem:
        return Looked(release, why=f"not built: {problem}", ours=True)
    lock = tool.adapter.lock(release.version)
    kept = task.folder / "locks" / (f"{release.version}.txt" if lock.is_file() else release.version)
    kept.parent.mkdir(parents=True, exist_ok=True)
    if lock.is_dir():
        shutil.copytree(lock, kept, dirs_exist_ok=True)
    else:
        shutil.copyfile(lock, kept)
    return Looked(release, lock_hash(tool), kept)
