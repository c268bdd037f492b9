"""Versions that have no lock in the adapter's folder: a lock is made when they are asked for, and kept.

It starts from the lock of the nearest version that the manifest lists: what is wanted beside the tool is the
same, and each dependency stays as it is there wherever the tool's version allows that. So two versions differ
in the tool, and in no more than they must. Only where that cannot be had, the dependencies are those of the
days after the version was released.
"""

import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from harness.host.errors import HostError, InputError, RefusedError
from harness.host.interpreters import Interpreter, fitting
from harness.host.places import cache, offline
from harness.host.uv import Say, call_uv, make_once
from harness.tools.managers import client
from harness.tools.manifest import Adapter
from harness.tools.releases import connected, package_of, python_range, release

_COMPILE = ("pip", "compile", "--quiet", "--generate-hashes", "--no-header", "--no-annotate")
_WITHOUT_ADDRESSES = "--no-emit-index-url"
_WHEELS = ("--only-binary", ":all:")
_LOCK_OF_NPM = ("install", "--package-lock-only", "--omit-lockfile-registry-resolved", "--ignore-scripts")
_MADE_FOR = "# made on demand, for Python "
_DAYS_AFTER = 14  # in which what a release needs may have followed it


@dataclass(frozen=True)
class _Way:
    """A way to lock a version: for which Python, from which requirements, and from which lock to start."""

    python: Interpreter
    wanted: str
    options: tuple[str, ...]
    start: Path | None


def with_version(adapter: Adapter, version: str, say: Say) -> Adapter:
    """Return the adapter with a version more, whose lock is made unless it is in the cache.

    Raises InputError where the registry has no such version, HostError where no lock can be made.
    """
    package_of(adapter)
    start, doing = adapter.lock(adapter.nearest(version)), f"making a lock for {adapter.tool.name}@{version}"
    if adapter.environment.manager == "npm":
        lock = _place(adapter, version, start / "package.json", start / "package-lock.json")
        make_once(lock, lock, lambda target: _lock_npm(adapter, version, start, target), say, doing)
        return adapter.with_version(version, None, lock)
    lock = _place(adapter, version, _wanted(start), start)
    make_once(lock, lock, lambda target: _lock_python(adapter, version, start, target), say, doing)
    python = lock.read_text(encoding="utf-8").partition("\n")[0].removeprefix(_MADE_FOR)
    return adapter.with_version(version, python, lock)


def _place(adapter: Adapter, version: str, *made_from: Path) -> Path:
    """Return where the lock is, or will be: another where it would be made from something else."""
    for path in made_from:
        if not path.is_file():
            raise InputError(f"{path} is missing, from which locks are made", "see docs/add-a-tool.md")
    key = hashlib.sha256(b"\0".join(path.read_bytes() for path in made_from)).hexdigest()[:8]
    ending = "" if adapter.environment.manager == "npm" else ".txt"
    return cache("locks") / adapter.tool.name / key / f"{version}{ending}"


def _wanted(lock: Path) -> Path:
    """Return the file that says what a lock was made for."""
    return lock.with_suffix(".in")


def _no_such(adapter: Adapter, version: str) -> InputError:
    name, package = adapter.tool.name, adapter.environment.package
    return InputError(f"{name} has no version '{version}': the package registry has no {package}=={version}")


def _lock_python(adapter: Adapter, version: str, start: Path, target: Path) -> None:
    package, first = package_of(adapter), ""
    for way in _ways(adapter, version, start):
        if way.start:
            shutil.copyfile(way.start, target)  # uv keeps what stands in the file that it is to write
        try:
            _compile(way, target)
        except RefusedError as problem:
            if f"no version of {package}=={version}" in problem.said:
                raise _no_such(adapter, version) from None
            target.unlink(missing_ok=True)
            first = first or str(problem)
            continue
        text = target.read_text(encoding="utf-8")
        if not re.search(rf"^{canonicalize_name(package)}=={re.escape(version)} ", text, re.MULTILINE):
            raise _no_such(adapter, version)  # `3.1`, which uv takes for 3.1.0
        number = way.python.version
        target.write_text(f"{_MADE_FOR}=={number.major}.{number.minor}.*\n{text}", encoding="utf-8")
        return
    raise RefusedError(f"no lock can be made for {adapter.tool.name}@{version}: {first}")


def _ways(adapter: Adapter, version: str, start: Path) -> Iterator[_Way]:
    """Yield the ways to lock a version, the best first; raises HostError where no Python fits.

    From wheels, which need no compiler, if some Python has all of them; otherwise from whatever there is.
    """
    package, wanted = package_of(adapter), _wanted(start).read_text(encoding="utf-8")
    pythons = fitting(python_range(adapter, version))
    if not pythons:
        raise RefusedError(
            f"{adapter.tool.name}@{version} needs Python {python_range(adapter, version)}, "
            "and this machine has none",
            "install one",
        )
    for options in (_WHEELS, ()):
        for python in pythons:
            yield _Way(python, pinned(wanted, package, version), options, start)
    known = release(adapter, version)
    if known and known.date:
        until = date.fromisoformat(known.date) + timedelta(days=_DAYS_AFTER)
        for python in pythons:
            bare = pinned(wanted, package, version, others=False)
            yield _Way(python, bare, ("--exclude-newer", until.isoformat()), None)


def _compile(way: _Way, target: Path) -> None:
    options = [*way.options, *connected(), "--python", str(way.python.path), "--output-file", str(target)]
    call_uv([*_COMPILE, _WITHOUT_ADDRESSES, *options, "-"], way.wanted)


def pinned(wanted: str, package: str, version: str, *, others: bool = True) -> str:
    """Return requirements (those of a lock, one a line) with another version of the package.

    Without `others`, the versions of the others are left open. Raises InputError where it is not among them.
    """
    lines, found = [], False
    for line in wanted.splitlines():
        text = line.partition("#")[0].strip()
        try:
            requirement = Requirement(text) if text else None
        except InvalidRequirement as problem:
            raise InputError(f"'{line}' is not a requirement: {problem}") from None
        if requirement is None:
            continue
        extras = f"[{','.join(sorted(requirement.extras))}]" if requirement.extras else ""
        if canonicalize_name(requirement.name) == canonicalize_name(package):
            lines.append(f"{requirement.name}{extras}=={version}")
            found = True
        else:
            lines.append(text if others else f"{requirement.name}{extras}")
    if not found:
        raise InputError(f"{package} is not among what the lock was made for", "see docs/add-a-tool.md")
    return "\n".join(lines) + "\n"


def _lock_npm(adapter: Adapter, version: str, start: Path, target: Path) -> None:
    package, name = package_of(adapter), f"{adapter.tool.name}@{version}"
    if offline():
        raise HostError(f"a lock for {name} takes the package registry", "unset OZH_OFFLINE")
    wanted = json.loads((start / "package.json").read_text(encoding="utf-8"))
    if package not in wanted.get("dependencies", {}):
        raise InputError(f"{package} is not among the dependencies in {start / 'package.json'}")
    shutil.copytree(start, target)
    wanted["dependencies"][package] = version
    (target / "package.json").write_text(json.dumps(wanted, indent=2) + "\n", encoding="utf-8")
    try:
        client.run("npm", [*_LOCK_OF_NPM, "--no-audit", "--no-fund", "--loglevel=error"], target)
    except RefusedError as problem:
        if f"No matching version found for {package}@{version}" in problem.said:
            raise _no_such(adapter, version) from None
        raise
