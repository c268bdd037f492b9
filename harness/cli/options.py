"""Options that several verbs share, in one place."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Store(StrEnum):
    """The stores, as choices of an option."""

    FILE = "file"
    HTTP = "http"
    S3 = "s3"


Scenarios = Annotated[
    list[str] | None,
    typer.Argument(
        help="Scenario files or folders, or the names of what comes with the harness, e.g. `quick`",
        metavar="[SCENARIO]...",
        show_default=False,
    ),
]
Tools = Annotated[
    list[str] | None,
    typer.Option(
        "--tool",
        metavar="NAME[@VERSION]",
        help="Only this tool; can be repeated. A tool named here must build",
    ),
]
StoreKinds = Annotated[
    list[Store] | None, typer.Option("--store", help="Only cases on this store; can be repeated")
]
Only = Annotated[
    list[str] | None,
    typer.Option("--only", metavar="GLOB", help="Only cases whose id matches; can be repeated"),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for programs")]
S3Endpoint = Annotated[
    str | None, typer.Option(metavar="URL", help="Your own S3 server instead of one started for the run")
]
S3Credentials = Annotated[
    Path | None, typer.Option(metavar="FILE", help='JSON: {"access_key": ..., "secret_key": ...}')
]
AllowStandIn = Annotated[
    bool,
    typer.Option("--allow-stand-in", help="Use moto where no MinIO can be had: conformance only, no timings"),
]
