"""What a report says of tools and one another: who reads what whom wrote, and which validator is right."""

from dataclasses import dataclass
from typing import Literal

from harness.report.nouns import CaseKey, Counts, ToolLine
from harness.results.model import Outcome, ToolId

Look = Literal["pixels", "metadata", "validity"]
# What a trial that does not count came to.
Apart = Literal["nothing to read", "unsupported", "not built", "infrastructure", "not run"]


@dataclass(frozen=True)
class Share:
    """How many of those that count are right; `apart` are those that do not, by why."""

    right: int = 0
    counted: int = 0
    apart: tuple[tuple[Apart, int], ...] = ()

    @property
    def even(self) -> bool:
        """Whether all that count are right, and there are some."""
        return self.right == self.counted > 0

    @property
    def text(self) -> str:
        """The share as a table has it, e.g. `46/48`, or why there is none."""
        if self.counted:
            return f"{self.right:,}/{self.counted:,}"
        return self.apart[0][0] if len(self.apart) == 1 else "none"


@dataclass(frozen=True)
class Wrong:
    """Trials of one cell that were not right in the same way."""

    look: Look
    outcome: Outcome
    problem: int | None
    keys: tuple[CaseKey, ...]

    @property
    def places(self) -> tuple[str, ...]:
        """The datasets, write operations and stores."""
        return tuple(f"{key.dataset} {key.written} {key.store}" for key in self.keys)


@dataclass(frozen=True)
class LookShare:
    """One look of one reader at what one writer wrote; `stores` are those that are worse than others."""

    look: Look
    share: Share
    stores: tuple[tuple[str, Share], ...] = ()
    said_valid: int = 0  # of validity: how many the validator calls valid

    @property
    def text(self) -> str:
        """What a table says: how many are right, or how many a validator calls valid."""
        if self.look == "validity" and self.share.counted:
            return f"{self.said_valid:,}/{self.share.counted:,}"
        return self.share.text


@dataclass(frozen=True)
class ReadCell:
    """What one tool made of all that one writer wrote. `worst` is None where nothing counts."""

    looks: tuple[LookShare, ...]
    worst: Outcome | None
    wrong: tuple[Wrong, ...]

    def of(self, look: Look) -> LookShare | None:
        """Return one of its looks."""
        return next((one for one in self.looks if one.look == look), None)


@dataclass(frozen=True)
class WriterRow:
    """One writer: how many of its writes were as asked, and what others made of them, column by column."""

    writer: ToolId
    label: str
    writes: Counts
    readers: tuple[ReadCell, ...]
    validators: tuple[ReadCell, ...]


@dataclass(frozen=True)
class ExchangePart:
    """The matrix of writers and readers."""

    readers: tuple[ToolLine, ...]
    validators: tuple[ToolLine, ...]
    rows: tuple[WriterRow, ...]


@dataclass(frozen=True)
class Verdicts:
    """The verdicts of one validator on some datasets: of the valid ones and of the broken ones."""

    accepted: int
    valid: int
    caught: int
    broken: int
    right: int  # those of datasets of which nothing is known but that it is right included
    judged: int
    otherwise: tuple[tuple[Outcome | Literal["not judged", "not run"], int], ...]

    @property
    def even(self) -> bool:
        """Whether it is right wherever it gave a verdict."""
        return self.right == self.judged > 0


@dataclass(frozen=True)
class SuiteRow:
    """The datasets of one scenario and suite."""

    scenario: str
    suite: str
    datasets: int
    cells: tuple[Verdicts, ...]


@dataclass(frozen=True)
class RuleCell:
    """Of how many images of one rule a validator is right; `judged` are those on which it gave a verdict."""

    right: int
    judged: int
    cases: int
    worst: Outcome | None
    problem: int | None


@dataclass(frozen=True)
class RuleRow:
    """One rule of OME-Zarr: images that break it, or that keep it in an odd way."""

    rule: str
    text: str
    versions: tuple[str, ...]
    valid: bool | None  # None: nobody told
    cells: tuple[RuleCell, ...]


@dataclass(frozen=True)
class ValidatorsPart:
    """Which validator is right. `baseline` tells of each whether it only is there to compare with."""

    validators: tuple[ToolLine, ...]
    baseline: tuple[bool, ...]
    suites: tuple[SuiteRow, ...]
    all_of_it: tuple[Verdicts, ...]
    rules: tuple[RuleRow, ...]

    @property
    def broken_rules(self) -> tuple[RuleRow, ...]:
        """The rules that are broken."""
        return tuple(row for row in self.rules if not row.valid)

    @property
    def kept_rules(self) -> tuple[RuleRow, ...]:
        """The rules that are kept, in an odd way."""
        return tuple(row for row in self.rules if row.valid)
