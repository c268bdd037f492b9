"""The gateway: a reverse proxy with a port per session, which records every request and injects faults."""

from harness.stores.gateway.gateway import Gateway, open_gateway
from harness.stores.gateway.injection import Injection
from harness.stores.gateway.passage import Passage
from harness.stores.gateway.signing import Keys
from harness.stores.gateway.watch import Watch

__all__ = ["Gateway", "Injection", "Keys", "Passage", "Watch", "open_gateway"]
