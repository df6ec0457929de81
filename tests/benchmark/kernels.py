"""What is measured of the kernels, and beside what."""

from collections.abc import Callable

from tests.benchmark import floor, plink, python_tools, r_tools
from tests.benchmark.plink import Permutations
from tests.benchmark.python_tools import Outcome
from tests.benchmark.replicates import Replicates
from tests.benchmark.scaling import BACKENDS, kernel
from tests.benchmark.timing import AT_MOST, Comparison, Measure

ESTIMATORS = ("ml", "firth")
# Replicates in a round, about half a second of each tool on a quiet machine.
PYTHON = {
    "statsmodels formula": (python_tools.statsmodels_formula, 20),
    "statsmodels GLM arrays": (python_tools.statsmodels_glm, 60),
    "statsmodels Logit arrays": (python_tools.statsmodels_logit, 100),
    "scikit-learn lbfgs + SE": (python_tools.scikit_learn, 40),
    "plain NumPy IRLS loop": (python_tools.numpy_loop, 200),
    "firthmodels": (python_tools.firthmodels, 100),
}
IN_R = {
    "R glm formula": ("glm", 60),
    "R boot::boot": ("boot", 60),
    "R glm.fit": ("glm.fit", 200),
    "brglm2": ("brglm2", 20),
}
PLINK = ("plink2", "plink2 firth")
PENALISED = {"firthmodels", "brglm2", "plink2 firth"}
NOTES = {
    "R boot::boot": "draws its own replicates",
    "plink2": "no draw, no selection, no refit",
    "plink2 firth": "no draw, no selection, no refit",
    "firthmodels": "standard errors as brglm2 has them, not its own of penalised weights",
}
FLOOR_REASON = (
    "women are looked up one by one, logarithms of the univariable fits are taken one by one, and"
    " the refits of each selected set are collapsed, factorised and written apart"
)
TARGETS = {
    ("statsmodels Logit arrays", "compiled ml"): 1000.0,
    ("statsmodels Logit arrays", "numpy ml"): 300.0,
    ("R glm.fit", "compiled ml"): 700.0,
    ("firthmodels", "compiled firth"): 500.0,
    ("brglm2", "compiled firth"): 1500.0,
    ("floor ml", "compiled ml"): 5.0,
    ("floor firth", "compiled firth"): 5.0,
}


def estimator_of(tool: str) -> str:
    """Return which of our estimators a tool is compared with."""
    return "firth" if tool in PENALISED else "ml"


def measures(replicates: Replicates, scale: float, outcomes: dict[str, Outcome]) -> list[Measure]:
    """Return the other tools; what each selected is left in `outcomes`.

    Parameters
    ----------
    scale : float
        Share of the replicates of a round that they run.
    """

    def timed(name: str, run: Callable[[int], Outcome], full: int) -> Callable[[], float]:
        def seconds() -> float:
            outcomes[name] = run(max(2, round(full * scale)))
            return outcomes[name].seconds

        return seconds

    found = []
    for name, (fit, full) in PYTHON.items():
        run = timed(name, lambda n, f=fit: python_tools.run_tool(f, replicates, n), full)
        found.append(Measure(name, run, estimator_of(name), note=NOTES.get(name, "")))
    for name, (way, full) in IN_R.items():
        run = timed(name, lambda n, w=way: r_tools.run_r(w, replicates, n), full)
        absent = r_tools.why_absent(r_tools.PACKAGES[way])
        found.append(Measure(name, run, estimator_of(name), absent, NOTES.get(name, "")))
    return found


def own_measures(replicates: Replicates, count: int) -> list[Measure]:
    """Return the kernels in rounds of `count` replicates, and their floor."""
    found = []
    for estimator in ESTIMATORS:
        work = floor.work_of(replicates.chain, estimator)
        parts = [f"{part} {1e6 * t:.2f}" for part, t in floor.seconds_of(work).items()]
        total = Measure(
            f"floor {estimator}",
            lambda w=work: sum(floor.seconds_of(w).values()),
            estimator,
            note=f"{', '.join(parts)} µs",
        )
        found.append(total)
        for backend in BACKENDS:
            own = kernel(replicates.chain, count, estimator, backend)
            found.append(Measure(f"{backend} {estimator}", own, estimator))
    return found


def plink_measures(
    permutations: Callable[[], Permutations], outcomes: dict[str, Outcome]
) -> list[Measure]:
    """Return plink2's by maximum likelihood and by Firth's."""
    found = []
    for name in PLINK:

        def seconds(name: str = name) -> float:
            outcomes[name] = permutations().run(estimator_of(name))
            return outcomes[name].seconds

        found.append(Measure(name, seconds, estimator_of(name), plink.why_absent(), NOTES[name]))
    return found


def comparisons() -> list[Comparison]:
    """Return every tool against both backends, and both against the floor."""
    found = []
    for tool in [*PYTHON, *IN_R, *PLINK]:
        for backend in BACKENDS:
            ours = f"{backend} {estimator_of(tool)}"
            found.append(Comparison("replicates", tool, ours, TARGETS.get((tool, ours))))
    for estimator in ESTIMATORS:
        for backend in BACKENDS:
            tool, ours = f"floor {estimator}", f"{backend} {estimator}"
            target = TARGETS.get((tool, ours))
            found.append(Comparison("floor", tool, ours, target, AT_MOST, FLOOR_REASON))
    return found
