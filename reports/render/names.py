"""How a symbol's name is spelled: its base, its subscripts, its primes.

`n_in` is n with the subscript "in", `sigma` is the letter sigma, `fprime` is f with a prime, `q_star` is q
with a star below. A name of any other shape is quoted whole by the printers and never parsed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

GREEK = {
    "alpha": "α",
    "beta": "β",
    "gamma": "γ",
    "delta": "δ",
    "epsilon": "ε",
    "zeta": "ζ",
    "eta": "η",
    "theta": "θ",
    "kappa": "κ",
    "lambda": "λ",
    "mu": "μ",
    "nu": "ν",
    "xi": "ξ",
    "rho": "ρ",
    "sigma": "σ",
    "tau": "τ",
    "phi": "φ",
    "chi": "χ",
    "psi": "ψ",
    "omega": "ω",
    "Gamma": "Γ",
    "Delta": "Δ",
    "Theta": "Θ",
    "Lambda": "Λ",
    "Sigma": "Σ",
    "Phi": "Φ",
    "Psi": "Ψ",
    "Omega": "Ω",
}

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*")
_INDEXED_LETTER = re.compile(r"([A-Za-z])(\d+)")


@dataclass(frozen=True)
class Spelling:
    """A name taken apart. `plain` is False for a name that must be quoted as it stands."""

    base: str
    subscripts: tuple[str, ...] = ()
    primes: int = 0
    plain: bool = True


def spell(name: str) -> Spelling:
    """Take a symbol's name apart.

    >>> spell("n_in")
    Spelling(base='n', subscripts=('in',), primes=0, plain=True)
    >>> spell("fprime").primes, spell("x'); evil(").plain
    (1, False)
    """
    if not _PLAIN.fullmatch(name):
        return Spelling(name, plain=False)
    base, *subscripts = name.split("_")
    base, primes = _primes(base)
    digits = _INDEXED_LETTER.fullmatch(base)
    if digits:
        base, subscripts = digits[1], [digits[2], *subscripts]
    return Spelling(base, tuple(subscripts), primes)


def _primes(base: str) -> tuple[str, int]:
    """Count the word "prime" at the end of a name: fprimeprime is f with two."""
    count = 0
    while base.endswith("prime") and len(base) > len("prime"):
        base, count = base.removesuffix("prime"), count + 1
    return base, count
