"""The server programs that the harness starts, pinned."""

from harness.stores.program import Program

MINIO = Program(
    title="MinIO",
    command="minio",
    module="github.com/minio/minio",
    version="v0.0.0-20260212201848-7aac2a2c5b7c",
    takes="about 3 minutes",
    mend="put a minio binary on PATH, start Docker, install Go, give --s3-endpoint, "
    "or --allow-stand-in for conformance only",
)
TOXIPROXY = Program(
    title="toxiproxy",
    command="toxiproxy-server",
    module="github.com/Shopify/toxiproxy/v2/cmd/server",
    version="v2.12.0",
    takes="about half a minute",
    mend="put a toxiproxy-server binary on PATH, start Docker, install Go, "
    "or leave out all networks but `direct`",
)
