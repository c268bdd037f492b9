"""A reproducer: data, a short script that uses one tool alone, what was expected and what came back."""

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from harness.host.errors import InputError
from harness.results.model import Record, Selection
from harness.results.pairs import plain
from harness.run.asking import Question
from harness.run.expression import expression
from harness.run.prepare import AnyBuilt, build_datasets
from harness.run.progress import Progress
from harness.run.request import Request, work_out
from harness.run.run import run
from harness.scenario.operation import Open, Read
from harness.scenario.region import Region
from harness.scenario.specimen import Specimen
from harness.stores.open import StoreChoice
from harness.tools.manifest import Repro
from harness.tools.registry import ToolVersion, adapters, select

DATA = "data.zarr"
MAX_DATA_BYTES = 2**28
_SHOWN = 12  # values of an array in the text


@dataclass(frozen=True)
class Reproducer:
    """What was made: where, the tool and its manifest's part, what the harness itself saw of it."""

    folder: Path
    tool: ToolVersion
    repro: Repro
    record: Record


def reproduce(scenario: Path, case: str, tool: str, folder: Path, progress: Progress) -> Reproducer:
    """Write a reproducer of a case into a new folder, having run it once; local files are what is read.

    Raises InputError where there is nothing to reproduce so, HostError where the tool cannot be had.
    """
    if folder.exists():
        raise InputError(f"{folder} exists", "choose another --out")
    selection = Selection(scenarios=(str(scenario),), tools=(tool,), stores=("file",), only=(_on_file(case),))
    (wanted,) = select(adapters(), [tool], progress.say)
    try:
        trial = work_out(selection, 0).trials[0]
    except InputError:
        raise InputError(
            f"'{_on_file(case)}' is no case for {wanted}", f"see `ozh list cases {scenario.parent.name}`"
        ) from None
    repro, operation = trial.tool.adapter.repro, trial.case.operation
    if repro is None:
        raise InputError(
            f"the adapter of {trial.tool} has no script to reproduce with", "see docs/add-a-tool.md"
        )
    if not isinstance(operation, Open | Read) or operation.label is not None:
        raise InputError(
            f"'{case}' reads no pixels of an image or array", "reproducers are of `open` and `read`"
        )
    with tempfile.TemporaryDirectory(prefix="ozh-repro-") as scratch:
        out = Path(scratch) / "run"
        done = run(Request(selection, out, StoreChoice(), ("ozh", "repro")), progress)
        record = next(one for one in done.records if one.trial == trial.id)
        (built,) = build_datasets([trial], progress).values()
        _check_size(built)
        folder.mkdir(parents=True)
        shutil.copytree(built.folder, folder / DATA, copy_function=shutil.copyfile)
        question = Question(operation, built.truth, None, None)
        script = _filled(
            (trial.tool.adapter.folder / repro.script).read_text(encoding="utf-8"), question, repro
        )
        (folder / Path(repro.script).name).write_text(script, encoding="utf-8")
        expected = question.true_pixels() if question.has_true_pixels else None
        if expected is not None:
            np.save(folder / "expected.npy", plain(expected), allow_pickle=False)
        saved = record.evidence.get("saved")
        if saved:
            shutil.copyfile(out / saved / "got.npy", folder / "came-back.npy")
    made = Reproducer(folder, trial.tool, repro, record)
    (folder / "README.md").write_text(_story(made, built, question, expected), encoding="utf-8")
    return made


def _on_file(case: str) -> str:
    parts = case.split("/")
    if len(parts) < 4:
        raise InputError(f"'{case}' is not a case", "a case is <scenario>/<dataset>/<operation>/<store>")
    return "/".join((*parts[:3], "file"))


def _check_size(built: AnyBuilt) -> None:
    size = sum(file.stat().st_size for file in built.folder.rglob("*") if file.is_file())
    if size > MAX_DATA_BYTES:
        raise InputError(
            f"the data have {size / 2**20:.0f} MiB, too much to hand on", "reproduce it on a smaller dataset"
        )


def _filled(template: str, question: Question, repro: Repro) -> str:
    specimen = question.specimen
    array = specimen.worked_on if specimen else question.truth.image.levels[question.level].path
    values = {
        "@DATA@": DATA,
        "@ARRAY@": array or "",
        "@LEVEL@": str(question.level),
        "@SELECTION@": expression(_selection(question), repro.language),
    }
    for name, value in values.items():
        template = template.replace(name, value)
    return template


def _selection(question: Question) -> Region:
    """Return what is read; of an `open`, everything: to open alone shows nothing."""
    if isinstance(question.operation, Read):
        return question.region
    shape = question.truth.levels[question.level].shape if question.truth.levels else ()
    return tuple((0, length, 1) for length in shape)


def _story(made: Reproducer, built: AnyBuilt, question: Question, expected: Any) -> str:  # noqa: ANN401 -- an array or None
    record, tool = made.record, made.tool
    recipe = built.recipe
    title = recipe.title or recipe.name
    seen = f"{record.outcome}: {record.explanation}" if record.explanation else record.outcome
    seen = seen.rstrip(".")
    lines = [
        f"# {tool}: {title}",
        "",
        f"Case `{record.case}` of OME-Zarr Harness. `{DATA}` was written by its own encoder, and by no tool.",
        "",
        "## How to run it",
        "",
        f"    {made.repro.install.format(version=tool.version)}",
        f"    {made.repro.run}",
        "",
        "## What was expected",
        "",
        _expected(question, expected),
        "",
        "## What came back",
        "",
        f"{seen}.",
    ]
    if isinstance(recipe, Specimen) and recipe.urls:
        lines += ["", "## Where this corner was discussed", "", *(f"- {url}" for url in recipe.urls)]
    return "\n".join(lines) + "\n"


def _expected(question: Question, expected: Any) -> str:  # noqa: ANN401 -- an array or None
    if question.is_outside:
        return "An error: the index is beyond the end of the axis."
    if expected is None:
        return "An error: the metadata ask for something that a reader must not ignore."
    shown = np.array2string(expected.reshape(-1)[:_SHOWN], separator=", ", max_line_width=100)
    more = ", ..." if expected.size > _SHOWN else ""
    what = f"{expected.dtype} {list(expected.shape)}"
    return f"{what}, beginning with {shown}{more}; all of it is in `expected.npy`."
