"""On what machine and with which versions something was measured."""

import datetime as dt
import os
import platform
import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("numpy", "numba", "statsmodels", "scipy", "scikit-learn", "firthmodels", "fisher-rxc")


def describe_machine() -> dict[str, str]:
    """Return processor, cores, versions, load and date, as words."""
    found = {
        "date": dt.date.today().isoformat(),
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "threads used": "1",
        "system": f"{platform.system()} {platform.release()}",
        "load before": f"{os.getloadavg()[0]:.2f}",
        "Python": platform.python_version(),
    }
    found |= {name: version(name) for name in PACKAGES}
    question = 'cat(R.version.string, "; brglm2 ", tryCatch(as.character('
    question += 'packageVersion("brglm2")), error = function(e) "absent"), sep = "")'
    for name, command in (("R", ["Rscript", "-e", question]), ("plink2", ["plink2", "--version"])):
        found[name] = "absent"
        if shutil.which(command[0]):
            found[name] = subprocess.run(command, capture_output=True, text=True).stdout.strip()
    return found


def _processor() -> str:
    """Return model and widest vector instructions, where Linux says them."""
    path = Path("/proc/cpuinfo")
    if not path.is_file():
        return platform.processor() or platform.machine()
    lines = [line.partition(":") for line in path.read_text().splitlines()]
    facts = {name.strip(): value.strip() for name, _, value in reversed(lines)}
    flags = set(facts.get("flags", "").split())
    vectors = next((n for f, n in (("avx512f", "AVX-512"), ("avx2", "AVX2")) if f in flags), "")
    family = f"family {facts['cpu family']} model {facts['model']}" if "cpu family" in facts else ""
    name = facts.get("model name", platform.machine())
    return ", ".join(part for part in (name, family, vectors) if part)
