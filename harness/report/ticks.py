"""Round values for an axis that begins at zero."""


def even_ticks(end: float, most: int) -> list[float]:
    """Return round values (1, 2 or 5 times a power of ten apart) from 0 to the end, `most` at most."""
    steps = [step * 10.0**power for power in range(-6, 12) for step in (1, 2, 5)]
    apart = next((step for step in steps if end / step < most), steps[-1])
    return [place * apart for place in range(int(end / apart) + 1)]


def even_tick_text(value: float) -> str:
    """Return the value without needless digits."""
    return f"{value:,.6g}" if value < 1e5 else f"{value:,.0f}"
