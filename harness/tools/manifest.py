"""The adapter's manifest, `adapter.toml`: what a tool is, can do, and is known not to do."""

import fnmatch
import itertools
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from pydantic import ConfigDict, Field, ValidationError, field_validator, model_validator

from harness.host.errors import InputError
from harness.results.model import Outcome
from harness.scenario.form import OME_ZARR, Form
from harness.scenario.location import StoreKind
from harness.scenario.strict import Strict

Operations = Literal[
    "null", "inspect", "list", "open", "read", "downsample", "write", "write_regions", "validate"
]
Versions = Literal["0.4", "0.5", "0.6"]
Rounding = Literal["half-even", "half-up", "down"]
VersionName = Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z.+-]{0,59}$")]


class Tool(Strict):
    """What the tool is."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]{0,59}$")
    title: str
    language: str
    homepage: str = Field(pattern=r"^https://")
    licence: str
    kind: Literal["library", "cli", "viewer", "validator", "converter"]
    baseline: bool = False  # it knows nothing: beside it others show what they know


class Capabilities(Strict):
    """What the tool can do; anything else is answered `unsupported` without asking it."""

    operations: tuple[Operations, ...]
    stores: tuple[StoreKind, ...]
    ome_zarr: tuple[Versions, ...]
    shards: bool = False
    arrays: bool = False  # opens any array by its path, not only the levels of images
    form: Form = OME_ZARR  # what it opens; of other forms it is never asked


class VersionEntry(Strict):
    """One version: which Pythons hold it, its lock, and where it can do less than the manifest says."""

    python: str | None = None
    lock: str | None = None  # default: locks/<version>.txt; of npm and cargo, the folder locks/<version>
    capabilities: dict[str, Any] = {}

    @field_validator("python")
    @classmethod
    def _is_a_specifier(cls, python: str | None) -> str | None:
        try:
            SpecifierSet(python or "")
        except InvalidSpecifier as problem:
            raise ValueError(str(problem)) from None
        return python


class Environment(Strict):
    """How the tool's environment comes about. `path`: the user has installed the command."""

    manager: Literal["uv", "npm", "cargo", "path"]
    package: str | None = None  # what it is called in the registry: of it, versions without a lock can be had

    @model_validator(mode="after")
    def _has_a_registry(self) -> Self:
        if self.package is not None and self.manager not in ("uv", "npm"):
            raise ValueError("`package` goes with the managers uv and npm")
        return self

    @property
    def is_compiled(self) -> bool:
        """Whether building it takes minutes."""
        return self.manager == "cargo"


class RunCommand(Strict):
    """How the worker is started; `{env}`, `{adapter}` and `{sdk}` stand for folders."""

    command: tuple[str, ...] = Field(min_length=1)
    env: dict[str, str] = {}

    @field_validator("command", "env")
    @classmethod
    def _knows_its_placeholders(
        cls, said: tuple[str, ...] | dict[str, str]
    ) -> tuple[str, ...] | dict[str, str]:
        for part in said.values() if isinstance(said, dict) else said:
            try:
                part.format_map(dict.fromkeys(("env", "adapter", "sdk"), ""))
            except (LookupError, ValueError):
                raise ValueError(f"'{part}' may hold {{env}}, {{adapter}} and {{sdk}} only") from None
        return said


class Unsupported(Strict):
    """Something the tool does not do, with a link to where its documentation says so."""

    reason: str
    url: str = Field(pattern=r"^https://")
    versions: tuple[str, ...] = ("*",)
    operation: Operations | None = None
    store: StoreKind | None = None
    ome_zarr: Versions | None = None
    shards: bool | None = None
    case: str = "*"  # glob over case ids
    explanation: str = ""  # part of what the tool raises where it does not say `unsupported` itself


class KnownIssue(Strict):
    """A difference that is known: which cases, and the outcome and explanation it stands for."""

    versions: tuple[str, ...] = ("*",)
    configuration: str = "*"
    operation: Operations | None = None
    case: str = "*"  # glob over case ids
    outcome: Outcome
    explanation: str  # part of the explanation or of what the tool raised
    reason: str
    url: str = Field(pattern=r"^https://")


class Convention(Strict):
    """How the tool reduces an image, where that is documented."""

    edge: Literal["floor", "ceil"] | None = None
    rounding: Rounding | None = None
    phase: int | None = None
    exact: bool = True
    note: str = ""
    url: str = Field(pattern=r"^https://")


class Repro(Strict):
    """A short script of a user's that reads a selection of an array, to be handed to the tool's maintainers.

    In it `@DATA@` stands for the hierarchy's folder, `@ARRAY@` for the array's path below it, and
    `@SELECTION@` for what is read, as an expression of the language. `install` may hold `{version}`.
    """

    script: str
    run: str
    install: str
    language: Literal["python", "javascript", "rust"]


class Configuration(Strict):
    """A named set of settings, given to the worker with its `hello`; for the versions that have them."""

    versions: tuple[str, ...] = ("*",)
    settings: dict[str, Any] = {}
    note: str = ""


def _as_in_the_file(schema: dict[str, Any]) -> None:
    """Have the JSON Schema say what stands in adapter.toml: `default` among the versions, and no `folder`."""
    fields = schema["properties"]
    fields.pop("folder")
    (entry,) = fields["versions"].pop("patternProperties").values()
    fields["versions"] |= {
        "properties": {"default": fields.pop("default")},
        "required": ["default"],
        "additionalProperties": entry,
    }
    schema["required"].remove("default")


class Adapter(Strict):
    """A manifest. `folder` is where it was found."""

    model_config = ConfigDict(json_schema_extra=_as_in_the_file)

    tool: Tool
    versions: dict[VersionName, VersionEntry]
    default: str
    environment: Environment
    run: RunCommand
    capabilities: Capabilities
    unsupported: tuple[Unsupported, ...] = ()
    configurations: dict[str, Configuration]
    conventions: dict[Literal["downsample"], Convention] = {}
    known_issues: tuple[KnownIssue, ...] = ()
    repro: Repro | None = None
    folder: Path = Field(default=Path(), exclude=True)

    @model_validator(mode="before")
    @classmethod
    def _default_version_stands_among_the_versions(cls, data: object) -> object:
        if (
            isinstance(data, dict)
            and isinstance(data.get("versions"), dict)
            and "default" in data["versions"]
        ):
            versions = dict(data["versions"])
            return {**data, "default": versions.pop("default"), "versions": versions}
        return data

    @model_validator(mode="after")
    def _names_what_it_has(self) -> Self:
        if self.default not in self.versions:
            raise ValueError(f"the default version '{self.default}' is not among the versions")
        if "default" not in self.configurations:
            raise ValueError("a configuration named 'default' is needed")
        for version in self.versions:
            if "default" not in self.configurations_of(version):
                raise ValueError(f"configurations.default must be for version {version} too")
        for version in self.versions:
            try:
                self.can(version)
            except ValidationError as problem:
                raise ValueError(f"versions.{version}.capabilities.{_explain(problem)}") from None
        return self

    def can(self, version: str) -> Capabilities:
        """Return the capabilities of one version."""
        merged = {**self.capabilities.model_dump(), **self.versions[version].capabilities}
        return Capabilities.model_validate(merged)

    def nearest(self, version: str) -> str:
        """Return the version, or for one that is not listed the listed one that speaks for it.

        That is the one with the most leading numbers in common; of several, the newest.
        """
        if version in self.versions:
            return version
        wanted = re.findall(r"\d+", version)

        def likeness(listed: str) -> tuple[int, list[int]]:
            numbers = re.findall(r"\d+", listed)
            same = itertools.takewhile(lambda pair: pair[0] == pair[1], zip(wanted, numbers, strict=False))
            return len(list(same)), [int(number) for number in numbers]

        return max(self.versions, key=likeness)

    def with_version(self, version: str, python: str | None, lock: Path) -> Self:
        """Return this adapter with one version more, which can do what the nearest one can."""
        entry = self.versions[self.nearest(version)].model_copy(
            update={"python": python, "lock": str(lock.absolute())}
        )
        return self.model_copy(update={"versions": {**self.versions, version: entry}})

    def configurations_of(self, version: str) -> tuple[str, ...]:
        """Return the names of the configurations that there are for one version."""
        return tuple(name for name, one in self.configurations.items() if _matches(version, one.versions))

    def lock(self, version: str) -> Path:
        """Return the lock of one version: of npm and cargo a folder, otherwise a file."""
        ending = "" if self.environment.manager in ("npm", "cargo") else ".txt"
        return self.folder / (self.versions[version].lock or f"locks/{version}{ending}")

    def why_unsupported(
        self, version: str, asked: tuple[str, str, str], image: tuple[str, bool], said: str | None = None
    ) -> Unsupported | None:
        """Return the documented reason for which this version does not do this, if there is one.

        `asked` is operation, store and case id; `image` the OME-Zarr version and whether arrays are sharded.
        `said` is what the tool raised; without it, entries that wait for a certain message don't count.
        """
        operation, store, case = asked
        ome_zarr, sharded = image
        for entry in self.unsupported:
            if (
                _matches(version, entry.versions)
                and entry.operation in (None, operation)
                and entry.store in (None, store)
                and entry.ome_zarr in (None, ome_zarr)
                and entry.shards in (None, sharded)
                and fnmatch.fnmatchcase(case, entry.case)
                and (entry.explanation in said if said is not None else not entry.explanation)
            ):
                return entry
        return None


def _matches(version: str, globs: tuple[str, ...]) -> bool:
    return any(fnmatch.fnmatchcase(version, glob) for glob in globs)


def load_adapter(folder: Path) -> Adapter:
    """Return the adapter in a folder; raises InputError, naming the file and the field."""
    path = folder / "adapter.toml"
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        return Adapter.model_validate({**data, "folder": folder})
    except OSError as problem:
        raise InputError(f"{path}: {problem.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise InputError(f"{path}: not valid TOML: {problem}") from None
    except ValidationError as problem:
        raise InputError(f"{path}: {_explain(problem)}") from None


def _explain(problem: ValidationError) -> str:
    """Return the first thing that is wrong, and where."""
    first = problem.errors(include_url=False)[0]
    said = first["msg"].removeprefix("Value error, ")
    return f"{'.'.join(map(str, first['loc']))}: {said}" if first["loc"] else said
