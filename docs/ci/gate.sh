#!/usr/bin/env bash
# Runs `ozh gate` on any CI that has bash, Python 3.12 or newer, and Go or a `minio` binary. No container.
#
#     OZH_HARNESS=path/to/ome-zarr-harness gate.sh baselines/wire.json [options of ozh gate]
#
# OZH_HARNESS  a checkout of the harness, at the commit that you trust; default: the one this file lies in
# OZH_VENV     where it is installed, by hash; keep it between jobs to save a minute; default: .ozh-venv
# OZH_OUT      what to keep of a job: gate.md, gate.json and the run with its report; default: ozh-gate
# OZH_CACHE    the tools' environments and MinIO; keep it between jobs, or each builds them anew
# PYTHON       default: python3
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
harness="${OZH_HARNESS:-$here/../..}"
venv="${OZH_VENV:-.ozh-venv}"
out="${OZH_OUT:-ozh-gate}"
lock="$harness/requirements/dev.txt" # it holds what builds the harness, too
made_from="$harness $(cksum < "$lock") $(git -C "$harness" rev-parse HEAD 2> /dev/null || true)"

if [ "$(cat "$venv/made-from" 2> /dev/null || true)" != "$made_from" ]; then
  "${PYTHON:-python3}" -m venv --clear "$venv"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes \
    -r "$harness/requirements/uv.txt"
  uv() { "$venv/bin/uv" pip "$@" --quiet --python "$venv/bin/python"; }
  uv sync --require-hashes "$lock"
  uv install --no-deps --no-build-isolation "$harness"
  printf '%s\n' "$made_from" > "$venv/made-from"
fi

mkdir -p "$out"
run="$out/$(date -u +%Y%m%d-%H%M%S)"
exec "$venv/bin/ozh" gate "$@" --out "$run" --markdown "$out/gate.md" --json "$out/gate.json"
