"""How far a long step is, in one line for the console."""


def progress_line(
    step: str, done: int, total: int, seconds: float, counted: str = "replicates"
) -> str:
    """Return how many of `total` are done after `seconds`, and how long the rest will take."""
    said = f"{step}: {done:,} of {total:,} {counted}, {seconds:.1f} s"
    if 0 < done < total:
        said += f", about {seconds * (total - done) / done:.0f} s to go"
    return said
