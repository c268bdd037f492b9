"""How often a tool's worker may be restarted before the rest of its trials is given up. Pure."""

from dataclasses import dataclass

RESTARTS = 20
STARTS_FAILED = 2


@dataclass
class RestartBudget:
    """Counts the workers that ended before their time, in one lane."""

    restarts: int = 0
    starts_failed: int = 0  # in a row

    def worker_ended(self, *, had_started: bool) -> None:
        """Count a worker that ended early."""
        self.restarts += 1
        self.starts_failed = 0 if had_started else self.starts_failed + 1

    def exhausted(self) -> str | None:
        """Return why no further worker is started, or None."""
        if self.starts_failed >= STARTS_FAILED:
            return f"its worker failed to start {self.starts_failed} times in a row"
        if self.restarts >= RESTARTS:
            return f"its worker had to be restarted {self.restarts} times"
        return None
