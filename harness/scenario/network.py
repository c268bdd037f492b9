"""Networks: what lies between a tool and a store. `direct` is nothing at all; all others are links.

`rtt_ms` is added to each round trip, and `mbit_per_s` is what all connections of a session have together.
"""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from harness.scenario.strict import Strict

DIRECT = "direct"


class Network(Strict):
    """One network. A link, even of 0 ms, goes through a proxy; `direct` goes straight to the store."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]{0,39}$")
    rtt_ms: int = Field(ge=0, le=10_000, description="Added to every round trip; whole milliseconds")
    mbit_per_s: float | None = Field(
        default=None, gt=0, le=100_000, description="What all connections of a session share; unset: no limit"
    )

    @property
    def is_direct(self) -> bool:
        """Whether nothing lies between."""
        return self.name == DIRECT


NETWORKS = {
    network.name: network
    for network in (
        Network(name=DIRECT, rtt_ms=0),
        Network(name="lan", rtt_ms=1),
        Network(name="region", rtt_ms=10),
        Network(name="continent", rtt_ms=50),
        Network(name="hotel", rtt_ms=50, mbit_per_s=10),
    )
}


def _by_name(entry: object) -> object:
    """Return the network of this name; a mapping is one written out."""
    if isinstance(entry, str):
        if entry not in NETWORKS:
            known = ", ".join(NETWORKS)
            raise ValueError(f"'{entry}' is not known (one of: {known}; or {{name: ..., rtt_ms: ...}})")
        return NETWORKS[entry]
    if isinstance(entry, dict) and entry.get("name") in NETWORKS:
        raise ValueError(f"'{entry['name']}' is the name of a network that is known; give yours another")
    return entry


_Name = Literal["direct", "lan", "region", "continent", "hotel"]
NetworkByName = Annotated[Network, BeforeValidator(_by_name, json_schema_input_type=_Name | Network)]
