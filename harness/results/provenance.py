"""Where and with what a run was made: host, kernel, processor, memory, Python, the state of the checkout."""

import hashlib
import os
import platform
import re
import subprocess
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

from harness.host.places import PACKAGE


def harness_version() -> str:
    """Return the version of the harness."""
    return version("ome-zarr-harness")


@cache
def host_id() -> str:
    """Return what tells hosts apart, without naming this one: results of two hosts are never mixed."""
    parts = (platform.node(), platform.machine(), _cpu(), str(psutil.cpu_count()))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def provenance() -> dict[str, Any]:
    """Return the facts about this machine that a reader of the results needs."""
    return {
        "host": host_id(),
        "system": platform.system(),
        "kernel": platform.release(),
        "machine": platform.machine(),
        "cpu": _cpu(),
        "cpus": psutil.cpu_count(),
        "cpus_usable": len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else psutil.cpu_count(),
        "memory_bytes": psutil.virtual_memory().total,
        "load_1min": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "git": _git(),
    }


def _cpu() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        found = re.search(r"^model name\s*:\s*(.+)$", cpuinfo.read_text(errors="replace"), re.MULTILINE)
        if found:
            return found[1].strip()
    return platform.processor() or "unknown"


def _git() -> dict[str, Any] | None:
    """Return commit and cleanness of the checkout that the harness runs from; None outside one."""
    if not (PACKAGE.parent / ".git").exists():
        return None

    def ask(*arguments: str) -> str:
        done = subprocess.run(
            ("git", "-C", PACKAGE.parent, *arguments), capture_output=True, text=True, timeout=20, check=True
        )
        return done.stdout.strip()

    try:
        return {"commit": ask("rev-parse", "HEAD"), "changed": bool(ask("status", "--porcelain"))}
    except (OSError, subprocess.SubprocessError):
        return None
