"""Which packages a lock names."""

import json
import re
from pathlib import Path

_PIN = re.compile(r"^([A-Za-z0-9][\w.-]*)==([^\s;\\]+)", re.MULTILINE)
_PLACE = "node_modules/"


def locked_packages(lock: Path) -> dict[str, str]:
    """Return the packages of a lock of uv or npm, with their versions; nothing for other locks."""
    try:
        if lock.is_dir():
            told = json.loads((lock / "package-lock.json").read_text(encoding="utf-8"))["packages"]
            return {
                place.removeprefix(_PLACE): str(one["version"])
                for place, one in told.items()
                if place.startswith(_PLACE)
            }
        return dict(_PIN.findall(lock.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError):
        return {}
