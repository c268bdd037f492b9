"""Numbers with their units: milliseconds and MiB, to three significant digits."""

import math

from harness.performance.summary import Summary


def three_digits(value: float) -> str:
    """Return the number to three significant digits, never in exponent form."""
    rounded = float(f"{value:.2e}")
    if rounded == 0:
        return "0"
    return f"{rounded:,.{max(0, 2 - math.floor(math.log10(abs(rounded))))}f}"


def number(value: float, unit: str) -> str:
    """Return nanoseconds in ms or bytes in MiB, without the unit."""
    return three_digits(value / (1e6 if unit == "ns" else 2**20))


def shown_unit(unit: str) -> str:
    """Return the unit in which `number` shows this one."""
    return "ms" if unit == "ns" else "MiB"


def with_unit(value: float, unit: str) -> str:
    """Return the number and its unit, e.g. `12.3 ms`."""
    return f"{number(value, unit)} {shown_unit(unit)}"


def byte_text(count: float) -> str:
    """Return a number of bytes in B, KiB, MiB or GiB, to three digits; below 1000 bytes exactly."""
    if count < 1000:
        return f"{count:,.0f} B"
    power = next((power for power in (1, 2) if count < 1000 * 1024**power), 3)
    return f"{three_digits(count / 1024**power)} {('KiB', 'MiB', 'GiB')[power - 1]}"


def duration(milliseconds: float) -> str:
    """Return milliseconds in ms, or from 10 s on in s."""
    if milliseconds < 10_000:
        return f"{three_digits(milliseconds)} ms"
    return f"{three_digits(milliseconds / 1000)} s"


def percent(share: float) -> str:
    """Return a share in percent, e.g. `3.2 %`, from 10 % on without a fraction."""
    return f"{100 * share:.1f} %" if share < 0.0995 else f"{100 * share:,.0f} %"


def between(low: str, high: str) -> str:
    """Return one text where both ends are alike, else e.g. `14-16` (with an en dash)."""
    return low if low == high else f"{low}\N{EN DASH}{high}"


def middle(summary: Summary) -> str:
    """Return the median with its unit."""
    return with_unit(summary.median, summary.unit)


def spread(summary: Summary) -> str:
    """Return low and high without their unit, e.g. `11.9-14.2` (with an en dash)."""
    return f"{number(summary.low, summary.unit)}\N{EN DASH}{number(summary.high, summary.unit)}"


def basis(summary: Summary) -> str:
    """Return what the spread is over, e.g. `n 5` for five processes, or `8 repeats in one process`."""
    if summary.over == "repeats" and summary.n > 1:
        return f"{summary.n} repeats in one process"
    return f"n {summary.n}"


def in_full(summary: Summary) -> str:
    """Return median, spread and what it is over, e.g. `12.3 ms (11.9-14.2, n 5)`."""
    spread_first = f"{spread(summary)}, " if summary.n > 1 else ""
    return f"{middle(summary)} ({spread_first}{basis(summary)})"
