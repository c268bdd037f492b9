"""A reader of chunks as real ones are, in time that only counts: how long it takes over a link."""

from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np

LOCAL_MBIT_PER_S = 8000  # what a link without a limit carries


@dataclass(frozen=True)
class Reader:
    """Asks for `chunks` of `size` bytes, `slots` at a time, and decodes them with `cores`."""

    chunks: int
    slots: int
    size: float
    decode: float  # seconds for each chunk
    asking: float = 0.0  # seconds of one event loop for each request
    cores: int = 1
    hops: int = 1  # dependent requests for each chunk (2: a shard's index first)
    serial: int = 0  # requests one after another before the first chunk
    fixed: float = 0.0  # seconds
    decodes: str = "beside"  # the next requests; or "holding" its slot; or "afterwards", when all are there

    @property
    def wire_bytes(self):
        return int(self.chunks * self.size)

    def seconds(self, rtt_ms, mbit_per_s=None, served=0.0005):
        trip, per_second = rtt_ms / 1000 + served, (mbit_per_s or LOCAL_MBIT_PER_S) * 1e6 / 8
        slots, cores = [0.0] * min(self.slots, self.chunks), [0.0] * self.cores
        loop = link = done = 0.0
        for _ in range(self.chunks):
            loop = max(loop, heappop(slots)) + self.asking
            link = max(link, loop + self.hops * trip) + self.size / per_second
            decoded = link if self.decodes == "afterwards" else max(heappop(cores), link) + self.decode
            if self.decodes != "afterwards":
                heappush(cores, decoded)
            heappush(slots, decoded if self.decodes == "holding" else link)
            done = max(done, decoded)
        later = self.chunks * self.decode / self.cores if self.decodes == "afterwards" else 0.0
        return self.fixed + self.serial * trip + done + later


def readers(number, seed):
    """Return readers of all sorts."""
    rng = np.random.default_rng(seed)

    def between(low, high):
        return float(np.exp(rng.uniform(np.log(low), np.log(high))))

    def one_of(*choices):
        return choices[rng.integers(len(choices))]

    for _ in range(number):
        size = between(2e4, 2e6)
        yield Reader(
            chunks=one_of(1, 4, 16, 64, 128, 256, 512),
            slots=one_of(1, 4, 10, 16, 64, 1000),
            size=size,
            decode=0.0002 + size / between(5e7, 8e8),
            asking=between(5e-5, 2e-3),
            cores=one_of(1, 2),
            hops=one_of(1, 1, 2),
            serial=one_of(0, 0, 0, 1, 2, 3),
            fixed=between(1e-3, 5e-2),
            decodes=one_of("beside", "holding", "afterwards"),
        )
