"""The tools themselves, every version and configuration, on small images with lengths that nothing divides.

What is not named in `UNLIKE` must pass; what is named must come out just so, and no entry may be left over.
A tool that is not there at all is held to what its own manifest says.
"""

import fnmatch
import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest

from harness.datasets.written import read_written
from harness.host.errors import HostError
from harness.host.guard import Guard, guard
from harness.results.load import Run
from harness.results.model import Record, Selection, ToolId
from harness.run.progress import Progress
from harness.run.request import Request, work_out
from harness.run.run import run
from harness.scenario.recipe import Recipe
from harness.stores.open import StoreChoice, Stores, open_stores
from harness.tools.environment import build
from harness.tools.process import Limits
from harness.tools.protocol import AskedImage, RawInput, WriteRequest
from harness.tools.registry import adapters, select
from harness.tools.session import session

pytestmark = [pytest.mark.tools, pytest.mark.xdist_group("tools")]

# An image in three forms: `whole` has one chunk for a plane; the last chunks of the others are cut.
IMAGE = {
    "source": "microscopy",
    "axes": "zyx",
    "shape": [5, 35, 27],
    "dtype": "uint16",
    "levels": 2,
    "units": {"z": "micrometer", "y": "micrometer", "x": "micrometer"},
    "scale": {"z": 2, "y": 0.5, "x": 0.25},
    "labels": {"cells": {"source": "ramp"}},
}
FORMS = [
    {"name": "old", **IMAGE, "ome_zarr": "0.4", "chunks": [2, 16, 16]},
    {"name": "whole", **IMAGE, "ome_zarr": "0.5", "chunks": [1, 35, 27]},
    {"name": "sharded", **IMAGE, "ome_zarr": "0.5", "chunks": [2, 16, 16], "shards": [4, 32, 32]},
]
READING = {
    "scenario": "reading",
    "title": "Reading",
    "datasets": FORMS,
    "stores": ["file", "http", "s3"],
    "configurations": ["default", "tuned", "taught", "info", "downloaded"],
    "operations": [
        {"operation": "inspect"},
        {"operation": "list"},
        {"operation": "open", "level": 1},
        {"operation": "read", "name": "all"},
        {"operation": "read", "name": "plane", "region": {"z": 2}},
        {"operation": "read", "name": "crop", "region": {"z": [1, 5], "y": [3, 30], "x": [5, 26]}},
        {"operation": "read", "name": "strided", "level": 1, "region": {"y": [1, 17, 3], "x": [0, 13, 2]}},
        {"operation": "read", "name": "label", "label": "cells", "region": {"z": [1, 3]}},
        {"operation": "downsample", "name": "mean", "method": "mean"},
        {"operation": "downsample", "name": "nearest", "method": "nearest"},
    ],
}
WRITING = {
    "scenario": "writing",
    "title": "Writing",
    "datasets": FORMS,
    "stores": ["file", "s3"],
    "configurations": ["default", "tuned", "taught"],
    "operations": [
        {"operation": "write", "name": "means", "levels": 3, "method": "mean"},
        {"operation": "write", "name": "nearests", "levels": 3, "method": "nearest"},
        {"operation": "write", "name": "dots", "levels": 1, "separator": "."},
    ],
}
# Numbers that 16 bits do not hold, negative ones, and the two kinds that are no integers.
DTYPES = {
    "scenario": "dtypes",
    "title": "Data types",
    "datasets": [
        {"name": f"{dtype}-{ome_zarr}", "source": "ramp", "axes": "yx", "shape": shape, "dtype": dtype}
        | {"chunks": [100, 100], "ome_zarr": ome_zarr}
        for dtype, shape in {
            "uint32": [300, 250],
            "int16": [150, 250],
            "float32": [150, 250],
            "bool": [35, 27],
        }.items()
        for ome_zarr in ("0.4", "0.5")
    ],
    "configurations": ["default"],
    "operations": [{"operation": "open"}, {"operation": "read"}],
}

ZARR_V2_ONLY = ("unsupported", "zarr-python 2 reads and writes Zarr v2 only")
CANNOT_LIST = {"reading/*/list/http": ("known_issue", "0 of 4 arrays were listed")}
NO_LIST = {"reading/*/list/http": ("errored", "NotImplementedError: KeyValueStore does not support listing")}
REDUCES_UNEVENLY = {
    "reading/whole/mean/*": ("failed", "shape [5, 17, 14] came back instead of [5, 17, 13]"),
    "reading/old/nearest/*": ("failed", "pixels differ from the nearest of each block"),
    "reading/sharded/nearest/*": ("failed", "pixels differ from the nearest of each block"),
}
# The label image names its source as `../../`, and MinIO refuses a key with that in it.
NO_LABELS_ON_S3 = {"reading/*/s3": ("errored", "OSError: [Errno 22] Bad Request")}
SLASHES_ONLY = {"writing/old/dots/*": ("failed", "separator: '.' was asked for, '/' is on disk")}
UNITS_AND_SCALES_LOST = {
    "writing/*/*/*": (
        "failed",
        "4 things are not as asked for: "
        + "".join(f"axis {axis} unit: 'micrometer' was asked for, none is on disk; " for axis in "zyx")
        + "level 0 scale z, y, x: [2.0, 0.5, 0.25] was asked for, [1.0, 1.0, 1.0] is on disk",
    )
}
CHUNKS_CUT_SHARDS_LOST = {
    "reading/old/inspect/*": (
        "failed",
        "1 of 26 fields differ: level 1 chunks x: 16 was expected, 13 is there",
    ),
    "reading/whole/inspect/*": (
        "failed",
        "1 of 26 fields differ: level 1 chunks y, x: [35, 27] was expected, [17, 13] is there",
    ),
    "reading/sharded/inspect/*": (
        "failed",
        "3 of 26 fields differ: level 0 shards: [4, 32, 32] was expected, none is there",
    ),
}
# By tool: globs over cases, of which the first that fits counts.
UNLIKE: dict[str, dict[str, tuple[str, str]]] = {
    "zarr-python@3.4.2": CANNOT_LIST,
    "zarr-python@3.4.2+tuned": CANNOT_LIST,
    "zarr-python@2.18.7": {
        **{
            f"{scenario}/{form}/*": ZARR_V2_ONLY
            for form in ("whole", "sharded")
            for scenario in ("reading", "writing")
        },
        "dtypes/*-0.5/*": ZARR_V2_ONLY,
        **CANNOT_LIST,
    },
    "tensorstore@0.1.86": NO_LIST,
    "tensorstore@0.1.86+tuned": NO_LIST,
    "ome-zarr-py@0.21.0": {**REDUCES_UNEVENLY, **SLASHES_ONLY},
    "ome-zarr-py@0.21.0+taught": {
        **NO_LABELS_ON_S3,
        **REDUCES_UNEVENLY,
        **SLASHES_ONLY,
        **UNITS_AND_SCALES_LOST,
    },
    "ome-zarr-py@0.21.0+info": {**NO_LABELS_ON_S3, **REDUCES_UNEVENLY},
    "ome-zarr-py@0.21.0+downloaded": {**NO_LABELS_ON_S3, **REDUCES_UNEVENLY, **CHUNKS_CUT_SHARDS_LOST},
}
# Over the network, what is done with pixels that are read already need not be tried again.
REMOTELY = (*(f"reading/*/{title}/*" for title in ("inspect", "list", "crop", "label")), "writing/*/means/*")
# Where there is an image already: some replace it without being told to.
REPLACING = {
    "zarr-python@3.4.2": "when told",
    "zarr-python@2.18.7": "always",
    "tensorstore@0.1.86": "when told",
    "ome-zarr-py@0.21.0": "always",
    "ome-zarr-py@0.21.0+taught": "always",
}
ARMS = [
    str(ToolId(name=name, version=version, configuration=configuration))
    for name, adapter in adapters().items()
    for version in adapter.versions
    if adapter.capabilities.form == "ome-zarr"
    and not set(adapter.can(version).operations) <= {"null", "validate"}
    for configuration in adapter.configurations_of(version)
]


@pytest.fixture(scope="module", autouse=True)
def _only_our_own_adapters() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("OZH_ADAPTERS", raising=False)
        yield


@pytest.fixture(scope="module")
def scenarios(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, ...]:
    folder = tmp_path_factory.mktemp("scenarios")
    for scenario in (READING, WRITING, DTYPES):
        (folder / f"{scenario['scenario']}.yaml").write_text(json.dumps(scenario))
    return (str(folder),)


@pytest.fixture(scope="module")
def on_files(scenarios: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run_all(selection(scenarios, ("file",)), tmp_path_factory.mktemp("runs") / "on-files")


@pytest.fixture(scope="module")
def over_the_network(scenarios: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory) -> Run:
    try:
        return run_all(
            selection(scenarios, ("http", "s3"), REMOTELY), tmp_path_factory.mktemp("runs") / "network"
        )
    except HostError as problem:
        pytest.skip(str(problem))


def selection(
    scenarios: tuple[str, ...], stores: tuple[str, ...] = (), only: tuple[str, ...] = ()
) -> Selection:
    tools = tuple(dict.fromkeys(arm.partition("+")[0] for arm in ARMS))
    return Selection(scenarios=scenarios, tools=tools, stores=stores, only=only)


def run_all(what: Selection, out: Path) -> Run:
    return run(Request(what, out, StoreChoice(), command=("ozh", "run"), jobs=2), Progress())


def stated(arm: str, case: str) -> tuple[str, str]:
    """Return the outcome that a case must have, and what must be part of the explanation."""
    return next(
        (said for glob, said in UNLIKE[arm].items() if fnmatch.fnmatchcase(case, glob)), ("passed", "")
    )


def surprises(finished: Run, arm: str) -> list[str]:
    """Return the records of an arm that are not as stated, each in a line."""
    records = [record for record in finished.records if str(record.tool) == arm]
    assert records
    return [f"{one.case}: {one.outcome}: {one.explanation}" for one in records if not as_stated(one, arm)]


def as_stated(record: Record, arm: str) -> bool:
    """Tell whether it came out as stated here, or else as the adapter's own manifest says."""
    if arm not in UNLIKE:
        return record.outcome in ("passed", "unsupported", "known_issue") and record.expected
    outcome, said = stated(arm, record.case)
    return record.outcome == outcome and said in record.explanation


def test_nothing_is_stated_of_a_tool_that_there_is_not() -> None:
    assert set(UNLIKE) <= set(ARMS)


def test_nothing_is_stated_of_a_case_that_there_is_not(scenarios: tuple[str, ...]) -> None:
    planned = work_out(selection(scenarios), seed=0).trials

    for arm, entries in UNLIKE.items():
        cases = [trial.case.id for trial in planned if str(trial.tool_id) == arm]
        assert [glob for glob in entries if not fnmatch.filter(cases, glob)] == []


@pytest.mark.parametrize("arm", ARMS)
def test_on_files_all_is_right_but_what_is_stated(on_files: Run, arm: str) -> None:
    assert surprises(on_files, arm) == []


@pytest.mark.minio
@pytest.mark.parametrize("arm", ARMS)
def test_over_http_and_s3_all_is_right_but_what_is_stated(over_the_network: Run, arm: str) -> None:
    assert surprises(over_the_network, arm) == []


def test_a_worker_is_the_version_that_was_asked_for(on_files: Run) -> None:
    assert on_files.footer is not None
    introduced = {str(used.tool): used for used in on_files.footer.tools}

    assert set(introduced) == set(ARMS)
    for used in introduced.values():
        assert used.tool.version in used.packages.values()


@pytest.mark.parametrize(
    ("arm", "setting", "value"),
    [
        ("zarr-python@3.4.2", "async.concurrency", 10),
        ("zarr-python@3.4.2+tuned", "async.concurrency", 128),
        ("tensorstore@0.1.86", "s3_request_concurrency", "default"),
        ("tensorstore@0.1.86+tuned", "s3_request_concurrency", {"limit": 128}),
        ("zarrita@0.7.5", "coalesce_ranges", False),
        ("zarrita@0.7.5+tuned", "coalesce_ranges", True),
        ("ome-zarr-py@0.21.0", "api", "documented"),
        ("ome-zarr-py@0.21.0+downloaded", "api", "downloaded"),
    ],
)
def test_a_configuration_is_in_effect(on_files: Run, arm: str, setting: str, value: object) -> None:
    assert on_files.footer is not None
    (used,) = (used for used in on_files.footer.tools if str(used.tool) == arm)

    assert used.settings[setting] == value


@pytest.fixture(scope="module", params=["file", pytest.param("s3", marks=pytest.mark.minio)])
def places(request: pytest.FixtureRequest) -> Iterator[tuple[Guard, Stores]]:
    """A store to write to, with the guard of it all."""
    with ExitStack() as stack:
        keeper = stack.enter_context(guard())
        try:
            opened = open_stores({request.param}, StoreChoice(), keeper, f"replacing-{request.param}", print)
            yield keeper, stack.enter_context(opened)
        except HostError as problem:
            pytest.skip(str(problem))


def asked(recipe: Recipe) -> AskedImage:
    return AskedImage(
        ome_zarr="0.4",
        name=recipe.name,
        axes=recipe.axis_list,
        scale=(1,) * len(recipe.axes),
        factor=recipe.factors,
        **{
            name: getattr(recipe, name)
            for name in ("chunks", "shards", "codec", "separator", "levels", "method")
        },
    )


@pytest.mark.parametrize("arm", REPLACING)
def test_an_image_is_replaced_by_another(places: tuple[Guard, Stores], tmp_path: Path, arm: str) -> None:
    keeper, stores = places
    (kind,) = stores.kinds
    name, _, configuration = arm.partition("+")
    (tool,) = select(adapters(), [name])
    configuration = configuration or "default"
    settings = tool.adapter.configurations[configuration].settings
    older = Recipe.model_validate(
        {**IMAGE, "labels": {}, "name": "a", "ome_zarr": "0.4", "chunks": [2, 16, 16]}
    )
    newer = older.model_copy(update={"name": "b", "shape": (3, 20, 40), "chunks": (1, 20, 20), "levels": 1})
    limits = Limits(60, 2**32)
    with (
        stores.session({kind}) as access,
        session(build(tool, print), configuration, settings, limits, keeper) as one,
    ):
        place = stores.write_location(kind, "replaced.ome.zarr", access)
        refused = []
        for recipe, overwrite in ((older, False), (newer, False), (newer, True)):
            pixels = np.random.default_rng(5).integers(1, 2**16, recipe.shape, "<u2")
            pixels.tofile(tmp_path / "pixels")
            given = RawInput(path=str(tmp_path / "pixels"), dtype="uint16", shape=recipe.shape)
            request = WriteRequest(store=place, input=given, image=asked(recipe), overwrite=overwrite)
            refused.append(one.ask(request, 60).answer.error is not None)
        written = read_written(stores.written(place))

    assert refused == [False, REPLACING[arm] == "when told", False]
    assert [level.shape for level in written.facts.levels] == [newer.shape]
    assert np.array_equal(written.level_arrays[0], pixels)
