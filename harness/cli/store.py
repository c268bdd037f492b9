"""`ozh store`: a MinIO that stays up between runs."""

import typer

from harness.cli.live import showing
from harness.stores import standing

store_app = typer.Typer(help="A MinIO of your own that stays up between runs.", no_args_is_help=True)


@store_app.command()
def up() -> None:
    """Start MinIO on loopback and leave it running."""
    with showing() as progress:
        server = standing.up(progress.say)
    _show(server)


@store_app.command()
def status() -> None:
    """Say whether it is up; exit 1 if not."""
    server = standing.status()
    if server is None:
        print("down")
        raise typer.Exit(1)
    _show(server)


@store_app.command()
def down() -> None:
    """End it and remove its data."""
    print("down" if standing.down() else "was not up")


def _show(server: standing.Standing) -> None:
    print(f"up: {server.endpoint} (MinIO {server.version})")
    print(f"credentials: {server.credentials}")
    print(f"use it: ozh run quick --s3-endpoint {server.endpoint} --s3-credentials {server.credentials}")
