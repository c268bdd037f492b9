"""`ozh`: its verbs, and the one place where failures become a line and an exit code."""

import errno
import os
import signal
import sys
from types import FrameType

import typer

from harness.cli.bisect import bisect
from harness.cli.compare import compare
from harness.cli.doctor import doctor
from harness.cli.gate import gate
from harness.cli.lists import list_app
from harness.cli.predict import predict
from harness.cli.report import report
from harness.cli.repro import repro
from harness.cli.run import run
from harness.cli.schema import schema
from harness.cli.store import store_app
from harness.cli.suites import suites
from harness.cli.tools import tools_app
from harness.host.errors import ExitCode, HarnessError
from harness.report.escape import plain

_DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})

app = typer.Typer(
    name="ozh",
    help="Run OME-Zarr tools against truth: which read right, which lie, which are fast.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command()(run)
app.add_typer(list_app, name="list")
app.add_typer(tools_app, name="tools")
app.add_typer(store_app, name="store")
app.command()(report)
app.command()(predict)
app.command()(compare)
app.command()(bisect)
app.command()(gate)
app.command()(repro)
app.command()(suites)
app.command()(doctor)
app.command()(schema)


def main() -> None:
    """Run the command line."""
    if sys.platform == "win32":
        _say("Windows is not supported yet -- run it in WSL, where it works as on Linux")
        sys.exit(ExitCode.HOST)
    signal.signal(signal.SIGTERM, _terminated)
    try:
        app()
    except HarnessError as failure:
        _say(str(failure))
        sys.exit(failure.exit_code)
    except BrokenPipeError:
        # Whoever read our output has gone (`ozh list cases | head`).
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(ExitCode.OK)
    except OSError as problem:
        if problem.errno not in _DISK_FULL:
            raise
        what = problem.filename or problem.strerror
        _say(f"the disk is full: {what} -- free some space, then --resume; what was recorded is kept")
        sys.exit(ExitCode.HOST)


def _terminated(_number: int, _frame: FrameType | None) -> None:
    """Let SIGTERM unwind the run as Ctrl-C does, so that everything started is ended."""
    raise KeyboardInterrupt


def _say(line: str) -> None:
    print(f"ozh: {plain(line)}", file=sys.stderr)
