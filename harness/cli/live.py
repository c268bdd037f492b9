"""Shows a run's progress: a live display in a terminal, plain lines anywhere else."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from harness.report.escape import plain
from harness.run.progress import Progress

_LINES = 4


@contextmanager
def showing() -> Iterator[Progress]:
    """Yield a progress that is shown on stderr while the run goes on."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield Progress(lambda text: print(plain(text), file=sys.stderr, flush=True))
        return
    progress = Progress(lambda text: console.print(plain(text), style="dim", markup=False, highlight=False))
    with Live(
        get_renderable=lambda: _picture(progress), console=console, refresh_per_second=5, transient=True
    ):
        yield progress


def _picture(progress: Progress) -> Group:
    head = Table.grid(padding=(0, 1))
    head.add_row(
        ProgressBar(total=max(progress.planned, 1), completed=progress.done, width=30),
        Text(f"{progress.done}/{progress.planned} trials, {progress.planned - progress.done} remain"),
        Text(_left(progress.seconds_left())),
        Text(", ".join(f"{count} {outcome}" for outcome, count in sorted(progress.outcomes.items())), "dim"),
    )
    now = time.monotonic()
    under_way = sorted(progress.running.items(), key=lambda item: item[1])[-_LINES:]
    lines = [Text(f"  {plain(what)}  {now - since:.0f} s", "cyan") for what, since in under_way]
    return Group(head, *lines)


def _left(seconds: float | None) -> str:
    if seconds is None:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    return f"about {minutes} min {rest:02d} s left" if minutes else f"about {rest} s left"
