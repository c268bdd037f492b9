"""A scenario: datasets x operations x stores x networks, what is measured, and what is expected."""

from typing import Annotated, Literal, Self

from pydantic import Discriminator, Field, Tag, field_validator, model_validator

from harness.scenario.fault import Fault
from harness.scenario.form import OME_ZARR, Form
from harness.scenario.location import StoreKind
from harness.scenario.network import NETWORKS, Network, NetworkByName
from harness.scenario.operation import Operation
from harness.scenario.recipe import Recipe
from harness.scenario.strict import Strict

ExpectedOutcome = Literal["failed", "errored", "timeout", "crashed"]


NameOrRecipe = Annotated[
    Annotated[str, Tag("name")] | Annotated[Recipe, Tag("recipe")],
    Discriminator(lambda entry: "name" if isinstance(entry, str) else "recipe"),
]


class Timing(Strict):
    """How often to measure: `sessions` fresh processes, in each one cold operation and `warm` repeats."""

    sessions: int = Field(default=3, ge=1, le=1000)
    warm: int = Field(default=5, ge=0, le=100_000)


class Wire(Strict):
    """Count requests: in passes of their own, each a fresh process, on network `direct`."""

    repeats: int = Field(default=1, ge=1, le=100)


class Deadlines(Strict):
    """Seconds a worker has: to start, to open what the operation needs, and to carry the operation out."""

    start: float = Field(default=60, gt=0, le=3600)
    prepare: float = Field(default=60, gt=0, le=3600)
    run: float = Field(default=120, gt=0, le=36_000)


class Expectation(Strict):
    """A known failure that this scenario shows. Globs over case ids and `tool@version+configuration`.

    What happens `sometimes` is a matter of luck: neither that it happens nor that it does not is unexpected.
    """

    case: str = "*"
    tool: str = "*"
    outcome: ExpectedOutcome
    explanation: str = Field(
        default="", description="What the explanation or the tool's message must contain"
    )
    because: str
    sometimes: bool = False


class Scenario(Strict):
    """One YAML file."""

    scenario: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$", description="The scenario's name")
    title: str
    description: str = ""
    datasets: tuple[NameOrRecipe, ...] = Field(
        min_length=1, description="Names from `ozh list datasets`, or recipes written out"
    )
    operations: tuple[Operation, ...] = Field(min_length=1)
    stores: tuple[StoreKind, ...] = Field(default=("file",), min_length=1)
    networks: tuple[NetworkByName, ...] = Field(
        default=(NETWORKS["direct"],),
        min_length=1,
        description="Names, or {name, rtt_ms, mbit_per_s}; store file has only `direct`",
    )
    forms: tuple[Form, ...] = Field(
        default=(OME_ZARR,), min_length=1, description="How images are stored: a tool reads its own form"
    )
    faults: tuple[Fault, ...] = Field(default=(), description="One case for each; stores http and s3 only")
    configurations: tuple[str, ...] = Field(default=("default", "tuned"), min_length=1)
    tools: tuple[str, ...] = Field(
        default=(), description="Only these tools (NAME); default: all that are asked for"
    )
    timing: Timing | None = Field(default=None, description="Measure time too; left out: conformance only")
    wire: Wire | None = Field(default=None, description="Count requests too; left out: they are not counted")
    exchange: bool = Field(
        default=False, description="What each tool writes is read by every tool, and judged by each validator"
    )
    deadlines: Deadlines = Deadlines()
    memory_mib: int = Field(default=8192, ge=64, description="What a worker may use before it is killed")
    expect: tuple[Expectation, ...] = ()

    @field_validator("stores", "networks", "forms", "faults", "configurations")
    @classmethod
    def _no_doubles(cls, values: tuple[str | Network | Fault, ...]) -> tuple[str | Network | Fault, ...]:
        names = [value if isinstance(value, str) else value.name for value in values]
        if len(set(names)) != len(names):
            raise ValueError("the same entry stands twice")
        return values

    @model_validator(mode="after")
    def _says_nothing_twice(self) -> Self:
        titles = [operation.title for operation in self.operations]
        for title in titles:
            if titles.count(title) > 1:
                raise ValueError(f"two operations are called '{title}'; give one of them another `name`")
        names = [entry if isinstance(entry, str) else entry.name for entry in self.datasets]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"dataset '{name}' stands twice")
        return self

    @model_validator(mode="after")
    def _writes_where_one_can(self) -> Self:
        writes = [operation.operation in ("write", "write_regions") for operation in self.operations]
        images = all(operation.operation == "write" for operation in self.operations)
        if self.exchange and (not images or self.faults or not all(n.is_direct for n in self.networks)):
            raise ValueError("an exchange is of `write` operations only, without faults and networks")
        if "http" in self.stores and any(writes) and not self.exchange:
            raise ValueError(
                "store http is read-only: put `write` in a scenario whose stores are file and s3"
            )
        shared = any(operation.operation == "write_regions" for operation in self.operations)
        if self.timing and (shared or self.exchange):
            what = "`write_regions`" if shared else "an exchange"
            raise ValueError(f"{what} is judged, not timed: take `timing` out")
        if self.wire and shared:
            raise ValueError("the requests of `write_regions` are not counted: take `wire` out")
        return self

    @model_validator(mode="after")
    def _only_reads_other_forms(self) -> Self:
        others = [form for form in self.forms if form != OME_ZARR]
        reads = ("null", "open", "read", "walk")
        if others and (self.faults or any(one.operation not in reads for one in self.operations)):
            raise ValueError(
                f"{others[0]} is there to be opened and read, without faults: put other operations, "
                "and faults, in a scenario of form ome-zarr alone"
            )
        return self

    @model_validator(mode="after")
    def _networks_and_faults_have_a_server(self) -> Self:
        if self.faults and (self.timing or self.wire or "file" in self.stores):
            raise ValueError(
                "faults are neither timed nor counted, and need a server: leave `timing` and `wire` out, "
                "and give stores http or s3"
            )
        if any(not network.is_direct for network in self.networks) and (
            self.faults or not set(self.stores) - {"file"}
        ):
            raise ValueError("networks other than direct go with stores http or s3, and without faults")
        if self.wire and not any(network.is_direct for network in self.networks):
            raise ValueError("`wire` counts on network direct: add it to `networks`")
        return self
