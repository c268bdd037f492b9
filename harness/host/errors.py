"""Failures a person can act on: what happened, and what to do about it.

Every other exception that reaches the command line is a bug of ours.
"""

from enum import IntEnum


class ExitCode(IntEnum):
    """What `ozh` returns to the shell."""

    OK = 0
    UNEXPECTED = 1  # a tool did something nobody expected
    BAD_INPUT = 2  # usage, scenario, manifest
    HOST = 3  # disk, network, store, machine


class HarnessError(Exception):
    """One sentence of what happened, and optionally one of what to do (`mend`)."""

    exit_code = ExitCode.HOST

    def __init__(self, message: str, mend: str = "") -> None:
        super().__init__(message)
        self.mend = mend

    def __str__(self) -> str:
        message = " ".join(super().__str__().split())
        return f"{message} -- {self.mend}" if self.mend else message


class InputError(HarnessError):
    """What the user gave cannot be used: exit code 2."""

    exit_code = ExitCode.BAD_INPUT


class HostError(HarnessError):
    """Disk, network, store or machine failed: exit code 3."""

    exit_code = ExitCode.HOST


class RefusedError(HostError):
    """A package client says no to what it was asked for, though disk and network are well.

    `said` is all that it printed about it.
    """

    def __init__(self, message: str, mend: str = "", said: str = "") -> None:
        super().__init__(message, mend)
        self.said = said
