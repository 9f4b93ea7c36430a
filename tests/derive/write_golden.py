"""Write the golden derivations anew: python tests/derive/write_golden.py relu xavier tanh."""

from __future__ import annotations

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

HERE = Path(__file__).parent


def main(names: list[str]) -> None:
    """Write one file a name, from the outline that the test compares."""
    spec = spec_from_file_location("test_theorems", HERE / "test_theorems.py")
    assert spec is not None and spec.loader is not None
    tests = module_from_spec(spec)
    spec.loader.exec_module(tests)
    for name in names:
        lines = [line for theorem in tests.of(name).values() for line in tests.outline(theorem)]
        (HERE / "golden" / f"{name}.txt").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
