"""`ozh schema`: the JSON Schemas of what the harness reads and writes."""

import json
from enum import StrEnum
from typing import Annotated

import typer
from pydantic import BaseModel

from harness.results.baseline import Baseline
from harness.results.bisected import Bisected
from harness.results.model import Manifest, Record
from harness.scenario.model import Scenario
from harness.tools.manifest import Adapter


class Kind(StrEnum):
    """What has a schema."""

    SCENARIO = "scenario"
    RECORD = "record"
    RUN = "run"
    ADAPTER = "adapter"
    BASELINE = "baseline"
    BISECTED = "bisected"


_MODELS: dict[Kind, type[BaseModel]] = {
    Kind.SCENARIO: Scenario,
    Kind.RECORD: Record,
    Kind.RUN: Manifest,
    Kind.ADAPTER: Adapter,
    Kind.BASELINE: Baseline,
    Kind.BISECTED: Bisected,
}


def schema(kind: Annotated[Kind, typer.Argument(help="Of what")]) -> None:
    """Print a JSON Schema, e.g. for an editor that completes scenarios."""
    model = _MODELS[kind]
    body = {"$schema": "https://json-schema.org/draft/2020-12/schema", **model.model_json_schema()}
    print(json.dumps(body, indent=2))
