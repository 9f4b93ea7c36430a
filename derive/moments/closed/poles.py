"""E[(z - p)^-k] and its like over the whole line or a half of it: Stein's identity lowers k to 1.

For z ~ N(0, q) with density phi and a half line z > 0, E[g'(z)] = E[z g(z)]/q - g(0) phi(0); over the whole
line the last term is absent. What is left at k = 1 is known: erfc of the poles of a pair (DLMF 7.7.1 and, for
w(z) = exp(-z^2) erfc(-iz), 7.7.2), Ei on a half line (Abramowitz and Stegun 5.1.28) and, for a real pole,
Goodwin and Staton's integral (DLMF 7.2.12), which is made of erfi and Ei.
"""

from __future__ import annotations

import sympy as sp

from derive.moments.closed.basis import Basis, Combination
from derive.moments.closed.families import RefusedError
from derive.moments.kinds import Q


def simple_pole(b: sp.Expr, top: int, basis: Basis) -> list[Combination]:
    """E[(z + b)^-k 1{z > 0}] for k = 0..top, b > 0.

    J_1 = phi(0) exp(-b^2/2q) (pi erfi(b/sqrt(2q)) - Ei(b^2/2q))/2, and Stein with g = (z + b)^-k gives
    k J_(k+1) = phi(0) b^-k - (J_(k-1) - b J_k)/q.

    >>> simple_pole(sp.Integer(1), 1, Basis([]))[1].written().subs(Q, sp.Rational(1, 2))
    (-Ei(1) + pi*erfi(1))*exp(-1)/(2*sqrt(pi))
    """
    at_zero, beta = basis.density(sp.Integer(0)), b**2 / (2 * Q)
    part = sp.exp(-beta) * (sp.pi * sp.erfi(b / sp.sqrt(2 * Q)) - sp.Ei(beta))
    moments = [basis.constant(sp.Rational(1, 2)), basis.density(sp.Integer(0), part) / 2]
    distance = basis.number(b)
    for k in range(1, top):
        lower = moments[k - 1] - moments[k] * distance
        moments.append((at_zero * distance**-k - lower / basis.q) / k)
    return moments


Pair = tuple[list[Combination], list[Combination]]


def pole_pair(m: sp.Expr, d: sp.Expr, top: int, half: bool, basis: Basis) -> Pair:
    """U_k = E[D^-k] and V_k = E[(z - m) D^-k], D = (z - m)^2 + d, d > 0, for k = 0..top, over z > 0 if `half`.

    Stein with g = (z - m) D^-k and g = D^-k gives, but for the term at 0,
    2kd U_(k+1) = (2k - 1) U_k + (U_(k-1) - d U_k + m V_k)/q and 2k V_(k+1) = -(V_k + m U_k)/q.
    """
    at_zero = basis.density(sp.Integer(0)) if half else basis.zero
    mass = basis.constant(sp.Rational(1, 2) if half else sp.Integer(1))
    first = _half_line_pair(m, d, basis) if half else _whole_line_pair(m, d, basis)
    m, d, q = basis.number(m), basis.number(d), basis.q
    U, V = [mass, first[0]], [at_zero * q - mass * m, first[1]]
    for k in range(1, top):
        edge = at_zero * (m**2 + d) ** -k
        slope = (U[k - 1] - U[k] * d + V[k] * m) / q
        U.append((U[k] * (2 * k - 1) + slope + edge * m) / (d * (2 * k)))
        V.append((edge - (V[k] + U[k] * m) / q) / (2 * k))
    return U, V


def _whole_line_pair(m: sp.Expr, d: sp.Expr, basis: Basis) -> tuple[Combination, Combination]:
    """(U_1, V_1): E[1/(z - p)] = i sqrt(pi/2q) w(p/sqrt(2q)) at the pole p = m + i sqrt(d)."""
    root, scale = sp.sqrt(d), sp.sqrt(sp.pi / (2 * Q))
    if m == 0:
        return basis.part(scale / root * sp.exp(d / (2 * Q)) * sp.erfc(root / sp.sqrt(2 * Q))), basis.zero
    above, below = (sp.erfc((root + side * sp.I * m) / sp.sqrt(2 * Q)) for side in (-1, 1))
    real, imaginary = (above + below) / 2, sp.I * (below - above) / 2
    turn = m * root / Q
    cosine, sine = (scale * sp.exp((d - m**2) / (2 * Q)) * f(turn) for f in (sp.cos, sp.sin))
    w = cosine * real + sine * imaginary, cosine * imaginary - sine * real
    return basis.part(w[0] / root), basis.part(w[1]) * -1


def _half_line_pair(m: sp.Expr, d: sp.Expr, basis: Basis) -> tuple[Combination, Combination]:
    """(U_1, V_1) over z > 0; for m = 0 by symmetry and, with u = z^2, from E_1(x) = -Ei(-x)."""
    at_zero = sp.Integer(0)
    if m == 0:
        beta = d / (2 * Q)
        whole, _ = _whole_line_pair(m, d, basis)
        return whole / 2, basis.density(at_zero, sp.exp(beta) * sp.Ei(-beta)) / -2
    above, below = (_continued(m, sp.sqrt(d), side) for side in (1, -1))
    real, imaginary = (above + below) / 2, sp.I * (below - above) / 2
    return basis.density(at_zero, imaginary / sp.sqrt(d)), basis.density(at_zero, real)


def _continued(m: sp.Expr, root: sp.Expr, side: int) -> sp.Expr:
    """The J_1 of a simple pole over phi(0), continued to b = -(m + i side root).

    Ei has its cut on the negative axis, which b^2 crosses where b crosses the imaginary axis: for m > 0 the
    continued Ei is the principal one less 2 pi i side.
    """
    if m.is_positive is None:
        raise RefusedError(f"where the poles lie depends on the sign of {m}")
    b = -(m + sp.I * side * root) / sp.sqrt(2 * Q)
    past = 2 * sp.pi * sp.I * side if m.is_positive else 0
    return sp.exp(-(b**2)) * (sp.pi * sp.erfi(b) - sp.Ei(sp.expand(b**2)) + past) / 2
