"""What the gateway is to watch in a trial: the image's paths, what each key is, what a fault befalls."""

from harness.datasets.needs import Keys, group_keys, metadata_keys, needs, written_kind
from harness.run.bench import Bench, name_of
from harness.run.plan import Trial
from harness.scenario import region
from harness.scenario.fault import Fault
from harness.scenario.form import OME_ZARR
from harness.scenario.operation import Downsample, Open, Read, Walk, Write
from harness.scenario.walk import ground_of, steps
from harness.stores.gateway import Watch


def watch_of(trial: Trial, bench: Bench) -> Watch:
    """Return what is to be watched. Of a write, only what each key is: its place is not known yet."""
    if isinstance(trial.case.operation, Write):
        _, sharded = trial.case.form
        return Watch("", lambda key: written_kind(key, sharded=sharded), lambda _: 0)
    dataset = bench.dataset(trial)
    prefix = bench.stores.prefix(name_of(dataset, trial.form))
    if trial.form != OME_ZARR:  # one object: what a range of it holds, only a reader of its form knows
        return Watch(prefix.rpartition("/")[0], lambda _: "other", lambda _: 0)
    keys = Keys(dataset.recipe)
    return Watch(prefix, keys.kind, keys.index_bytes)


def bytes_needed(trial: Trial, bench: Bench) -> int | None:
    """Return the stored length of the chunks that the operation needs; None where it reads no pixels.

    None also of other forms than OME-Zarr: their chunks are not objects of their own, and are not looked for.
    """
    operation = trial.case.operation
    if not isinstance(operation, Read | Walk | Downsample) or trial.form != OME_ZARR:
        return None
    if isinstance(operation, Walk) and operation.is_tour:
        return None
    return needs(bench.dataset(trial), operation.label, _reads(trial)).nbytes


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
    stored = needs(dataset, operation.label, _reads(trial)).keys
    return frozenset({stored[fault.number]})


def _reads(trial: Trial) -> list[tuple[int, region.Region]]:
    """Return what is read, by level and region."""
    operation, image = trial.case.operation, trial.case.image
    each = steps(operation, ground_of(image)) if isinstance(operation, Walk) else [operation]
    asked = [
        (one.level if isinstance(one, Read) else 0, one.region)
        for one in each
        if isinstance(one, Read | Downsample)
    ]
    return [
        (level, region.resolve(by_name, image.axes, image.level_shape(level))) for level, by_name in asked
    ]
