"""Runs `ozh` in this process."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from harness.cli.main import main


@dataclass(frozen=True)
class Said:
    """What the command line did."""

    code: int
    out: str
    err: str


Ozh = Callable[..., Said]


@pytest.fixture
def ozh(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ozh:
    """Call `ozh` with these arguments."""

    def call(*arguments: object) -> Said:
        monkeypatch.setattr("sys.argv", ["ozh", *map(str, arguments)])
        monkeypatch.setattr("signal.signal", lambda *_: None)
        with pytest.raises(SystemExit) as ended:
            main()
        captured = capsys.readouterr()
        return Said(int(ended.value.code or 0), captured.out, captured.err)

    return call
