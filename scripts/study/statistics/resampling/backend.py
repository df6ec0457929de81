"""Which of the two ways through the kernels is taken."""

from importlib.util import find_spec


def is_compiled(backend: str | None) -> bool:
    """Return whether the compiled kernels are used: where numba is installed, unless told.

    Parameters
    ----------
    backend : str or None
        ``compiled``, ``numpy``, or None for the faster one that is there. Both give the same
        numbers.
    """
    if backend not in (None, "compiled", "numpy"):
        raise ValueError(f"backend is 'compiled', 'numpy' or None, not {backend!r}")
    return find_spec("numba") is not None if backend is None else backend == "compiled"
