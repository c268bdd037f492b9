"""Runs moto's server on a port of the system's choice and says which; it lives in moto's own environment."""

import logging
import signal

from moto.moto_server.threaded_moto_server import (  # type: ignore[import-not-found]
    ThreadedMotoServer,
)

if __name__ == "__main__":
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    print(server.get_host_and_port()[1], flush=True)  # noqa: T201
    signal.pause()
