"""What the gateway is to watch in a trial: the image's paths, what each key is, what a fault befalls."""

from harness.datasets.needs import Keys, group_keys, metadata_keys, needs, written_kind
from harness.run.bench import Bench, name_of
from harness.run.plan import Trial
from harness.scenario import region
from harness.scenario.fault import Fault
from harness.scenario.operation import Downsample, Open, Read, Write
from harness.stores.gateway import Watch


def watch_of(trial: Trial, bench: Bench) -> Watch:
    """Return what is to be watched. Of a write, only what each key is: its place is not known yet."""
    if isinstance(trial.case.operation, Write):
        _, sharded = trial.case.form
        return Watch("", lambda key: written_kind(key, sharded=sharded), lambda _: 0)
    dataset = bench.dataset(trial)
    keys = Keys(dataset.recipe)
    return Watch(bench.stores.prefix(name_of(dataset)), keys.kind, keys.index_bytes)


def bytes_needed(trial: Trial, bench: Bench) -> int | None:
    """Return the stored length of the chunks that the operation needs; None where it reads no pixels."""
    operation = trial.case.operation
    if not isinstance(operation, Read | Downsample):
        return None
    return needs(bench.dataset(trial), operation.label, *_level_and_region(trial)).nbytes


def befallen_keys(trial: Trial, fault: Fault, bench: Bench) -> frozenset[str]:
    """Return the keys that a fault befalls while reading; none: it befalls everything, or a write."""
    operation, dataset = trial.case.operation, bench.dataset(trial)
    if isinstance(operation, Write) or fault.target == "everything":
        return frozenset()
    if fault.target == "group":
        return group_keys(dataset, operation.label)
    if fault.target == "metadata":
        level = operation.level if isinstance(operation, Open | Read) else 0
        return metadata_keys(dataset, operation.label, level)
    stored = needs(dataset, operation.label, *_level_and_region(trial)).keys
    return frozenset({stored[fault.number]})


def _level_and_region(trial: Trial) -> tuple[int, region.Region]:
    operation, image = trial.case.operation, trial.case.image
    level = operation.level if isinstance(operation, Read) else 0
    asked = operation.region if isinstance(operation, Read | Downsample) else {}
    return level, region.resolve(asked, image.axes, image.level_shape(level))
