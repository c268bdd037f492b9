"""Holds a worker's clock against the host's: a tool cannot have worked longer than we waited for it."""

GRANULARITY_NS = 1_000_000  # the coarsest clock a worker may have (a browser's counts in tenths of a ms)
RELATIVE = 0.001  # two monotonic clocks of one machine agree better than this


def disbelieve(worker_wall_ns: int, host_wall_ns: int) -> str | None:
    """Return why the worker's time cannot be true, or None. The host's time holds the whole request."""
    if worker_wall_ns <= host_wall_ns * (1 + RELATIVE) + GRANULARITY_NS:
        return None
    said, waited = worker_wall_ns / 1e6, host_wall_ns / 1e6
    return (
        f"the worker says {said:.1f} ms, but it answered after {waited:.1f} ms: its clock cannot be trusted"
    )
