"""How long a first `gainproof gain` takes, beside the bare import of sympy.

    python benchmarks/cold_start.py [--activation gelu] [--rounds 9]

Fresh processes, interleaved: `python -c "import sympy"` and the command. Prints the median and the least of
each, their ratio (the bound that the project sets itself is 2), and whether torch was loaded.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time

SYMPY = "import sympy"
LOADED = "import sys\nfrom reports.cli import main\nmain(['gain', {!r}])\nprint('torch' in sys.modules)"
COMMAND = "import sys\nfrom reports.cli import run\nsys.argv = ['gainproof', 'gain', {!r}]\nrun()"


def seconds(code: str) -> float:
    """The wall time of a fresh interpreter on this code."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    """Time both and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--activation", default="gelu")
    parser.add_argument("--rounds", type=int, default=9)
    chosen = parser.parse_args()
    codes = {"import sympy": SYMPY, f"gain {chosen.activation}": COMMAND.format(chosen.activation)}
    taken: dict[str, list[float]] = {name: [] for name in codes}
    for _ in range(chosen.rounds):
        for name, code in codes.items():
            taken[name].append(seconds(code))
    bare = taken["import sympy"]
    for name, times in taken.items():
        ratio, least = statistics.median(times) / statistics.median(bare), min(times) / min(bare)
        print(
            f"{name:32}{statistics.median(times):8.3f} s median{ratio:7.2f} x{min(times):8.3f} s least{least:7.2f} x"
        )
    loaded = subprocess.run(
        [sys.executable, "-c", LOADED.format(chosen.activation)], check=True, capture_output=True, text=True
    )
    print(f"torch loaded: {loaded.stdout.splitlines()[-1]}")


if __name__ == "__main__":
    main()
