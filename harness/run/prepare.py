"""What must be there before the first trial: the tools' environments and the datasets."""

from collections.abc import Container, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from harness.datasets.build import Dataset, build
from harness.datasets.specimen import SpecimenDataset, build_specimen
from harness.host.errors import HostError
from harness.run.plan import Trial
from harness.run.progress import Progress
from harness.scenario.form import Form
from harness.scenario.load import AnyDataset
from harness.scenario.specimen import Specimen
from harness.tools import environment
from harness.tools.environment import Built
from harness.tools.registry import ToolVersion

_AT_ONCE = 2  # downloads and compilation share the machine


@dataclass(frozen=True)
class Tools:
    """The environments there are, and why others are not, by `name@version`."""

    built: dict[str, Built]
    not_built: dict[str, str]


def build_tools(tools: Iterable[ToolVersion], required: Container[str], progress: Progress) -> Tools:
    """Build all environments, some at once; one that cannot be built costs only its own tool.

    One that has to be compiled takes minutes: it is built only where it is `required`, which is named by the
    user. Raises HostError where not a single one could be built.
    """
    result = Tools({}, {})

    def one(tool: ToolVersion) -> None:
        name = tool.adapter.tool.name
        if (
            tool.adapter.environment.is_compiled
            and str(tool) not in required
            and not environment.is_built(tool)
        ):
            result.not_built[str(tool)] = f"it has to be compiled first, by `ozh tools install {name}`"
            return
        progress.begin(f"environment of {tool}")
        try:
            result.built[str(tool)] = environment.build(tool, progress.say)
        except HostError as problem:
            result.not_built[str(tool)] = str(problem)
            progress.say(f"{tool} is not built: {problem}")
        finally:
            progress.end(f"environment of {tool}")

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for done in [pool.submit(one, tool) for tool in tools]:
            done.result()
    if not result.built:
        raise HostError(f"no tool could be built: {next(iter(result.not_built.values()))}")
    return result


AnyBuilt = Dataset | SpecimenDataset


def key_of(recipe: AnyDataset) -> str:
    """Return what tells two recipes apart, even two of the same name."""
    return recipe.model_dump_json()


def build_datasets(trials: Iterable[Trial], progress: Progress) -> dict[str, AnyBuilt]:
    """Build each dataset the trials need, once, in the forms they need; by `key_of` their recipes."""
    recipes: dict[str, AnyDataset] = {}
    forms: dict[str, set[Form]] = {}
    for trial in trials:
        key = key_of(trial.case.recipe)
        recipes[key] = trial.case.recipe
        forms.setdefault(key, set()).add(trial.form)
    datasets: dict[str, AnyBuilt] = {}
    for key, recipe in recipes.items():
        progress.begin(f"dataset {recipe.name}")
        if isinstance(recipe, Specimen):
            datasets[key] = build_specimen(recipe)
        else:
            datasets[key] = build(recipe, progress.say, forms[key])
        progress.end(f"dataset {recipe.name}")
    return datasets
