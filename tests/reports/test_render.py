"""The printers: a table of formulas in three notations, refusal of the unknown, and names that attack."""

from __future__ import annotations

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from derive.proof.terms import E, Indep, Law, P, Var
from reports.render.latex import LatexPrinter, latex
from reports.render.notation import UnprintableError
from reports.render.text import TextPrinter, text
from reports.render.typst import TypstPrinter, quote, typst

i, j, k, ell, n, n_in, n_out, depth = sp.symbols("i j k l n n_in n_out L", integer=True, positive=True)
w, x, z, delta = (sp.IndexedBase(name, real=True) for name in ("w", "x", "z", "delta"))
f, fprime = sp.Function("f"), sp.Function("fprime")
q, a, sigma = sp.symbols("q a sigma_w", positive=True)

TABLE = [
    (E(z[i] ** 2), "E[z[i]²]", "bb(E) lr([z_(i)^(2)])", r"\mathbb{E}\left[z_{i}^{2}\right]"),
    (Var(w[i, j]), "Var[w[i, j]]", 'op("Var") lr([w_(i j)])', r"\operatorname{Var}\left[w_{i j}\right]"),
    (z[ell, i], "z[l, i]", "z_(ell\\, i)", r"z_{\ell, i}"),
    (z[ell + 1, i], "z[l + 1, i]", "z_(ell + 1\\, i)", r"z_{\ell + 1, i}"),
    (x[12], "x[12]", "x_(12)", "x_{12}"),
    (n_in + n_out, "n_in + n_out", 'n_("in") + n_("out")', r"n_{\mathrm{in}} + n_{\mathrm{out}}"),
    (delta[i], "δ[i]", "δ_(i)", r"\delta_{i}"),
    (sigma**2, "σ_w²", "σ_(w)^(2)", r"\sigma_{w}^{2}"),
    (sp.Symbol("q_star"), "q*", "q_(star)", r"q_{\star}"),
    (
        sp.Sum(w[i, j] * x[j], (j, 1, n)),
        "∑(j=1..n) w[i, j]·x[j]",
        "sum_(j = 1)^(n) w_(i j) x_(j)",
        r"\sum_{j = 1}^{n} w_{i j} x_{j}",
    ),
    (
        sp.Product(1 + a**2, (ell, 1, depth)),
        "∏(l=1..L) (1 + a²)",
        "product_(ell = 1)^(L) lr((1 + a^(2)))",
        r"\prod_{\ell = 1}^{L} \left(1 + a^{2}\right)",
    ),
    (sp.KroneckerDelta(j, k), "1[j = k]", 'bb("1") lr([j = k])', r"\mathbf{1}\left[j = k\right]"),
    (sp.Heaviside(q - 1, 0), "1[q − 1 > 0]", 'bb("1") lr([q - 1 > 0])', r"\mathbf{1}\left[q - 1 > 0\right]"),
    (sp.Max(0, x[j]), "max(0, x[j])", 'op("max") lr((0\\, x_(j)))', r"\max\left(0, x_{j}\right)"),
    (fprime(z[i]) ** 2, "f′(z[i])²", "f' lr((z_(i)))^(2)", r"f'\left(z_{i}\right)^{2}"),
    (sp.Abs(x[j]), "|x[j]|", "abs(x_(j))", r"\left|x_{j}\right|"),
    (sp.tanh(x[j]), "tanh(x[j])", 'op("tanh") lr((x_(j)))', r"\tanh\left(x_{j}\right)"),
    (sp.erf(x[j]), "erf(x[j])", 'op("erf") lr((x_(j)))', r"\operatorname{erf}\left(x_{j}\right)"),
    (
        sp.exp(-(x[j] ** 2) / 2),
        "e^(−x[j]²/2)",
        "upright(e)^(-x_(j)^(2) slash 2)",
        r"\mathrm{e}^{-x_{j}^{2}/2}",
    ),
    (sp.sqrt(2 * sp.pi), "√(2·π)", "sqrt(2 pi)", r"\sqrt{2 \pi}"),
    (sp.Eq(P(sp.Eq(z[i], 0)), 0), "P[z[i] = 0] = 0", "bb(P) lr([z_(i) = 0]) = 0", None),
    (sp.Eq(Law(z[i]), Law(-z[i])), "z[i] =ᵈ −z[i]", "z_(i) attach(=, t: d) -z_(i)", None),
    (Indep(w[i, j], x[j]), "w[i, j] ⫫ x[j]", "w_(i j) ⫫ x_(j)", r"w_{i j} \perp\!\!\!\perp x_{j}"),
    (n * sigma**2 / 2, "n·σ_w²/2", "frac(n σ_(w)^(2), 2)", r"\frac{n \sigma_{w}^{2}}{2}"),
    (E(q) / 2, "E[q]/2", "frac(1, 2) thin bb(E) lr([q])", r"\frac{1}{2} \, \mathbb{E}\left[q\right]"),
    (q / E(q), "q/E[q]", "frac(q, bb(E) lr([q]))", r"\frac{q}{\mathbb{E}\left[q\right]}"),
    (-(q + a) * (q - a), "(−a − q)·(q − a)", None, None),
    (2 / (n_in + n_out), "2/(n_in + n_out)", None, None),
    (q / (2 * sp.pi), "q/(2·π)", "frac(q, 2 pi)", r"\frac{q}{2 \pi}"),
    ((1 + a**2) ** (depth - 1), "(1 + a²)^(L − 1)", "lr((1 + a^(2)))^(L - 1)", None),
    ((-q) ** sp.Rational(1, 3), None, None, None),
    (2**-depth, "1/2^L", "frac(1, 2^(L))", r"\frac{1}{2^{L}}"),
    (sp.Ne(q, a), "q ≠ a", "q eq.not a", r"q \neq a"),
    (sp.Implies(q > a, q >= a), "q > a  ⇒  q ≥ a", None, None),
    (sp.And(sp.Gt(q, 1), sp.Le(q, a)), "q > 1 and q ≤ a", None, None),
    (
        sp.Equivalent(sp.Eq(n * sigma**2 / 2, 1), sp.Eq(sigma**2, 2 / n)),
        "n·σ_w²/2 = 1  ⇔  σ_w² = 2/n",
        None,
        None,
    ),
    (
        sp.Piecewise((x[j], x[j] > 0), (a * x[j], True)),
        "{x[j]  if x[j] > 0; a·x[j]  otherwise}",
        'cases(x_(j) & quad x_(j) > 0, a x_(j) & quad op("otherwise"))',
        r"\begin{cases} x_{j} & x_{j} > 0 \\ a x_{j} & \text{otherwise} \end{cases}",
    ),
    (
        sp.Integral(sp.log(q), (q, 0, sp.oo)),
        "∫(0..∞) ln(q) dq",
        'integral_(0)^(infinity) op("ln") lr((q)) thin upright(d) q',
        r"\int_{0}^{\infty} \ln\left(q\right) \, \mathrm{d}q",
    ),
]


@pytest.mark.parametrize(
    ("expr", "as_text", "as_typst", "as_latex"), TABLE, ids=[str(row[0]) for row in TABLE]
)
def test_table(expr: sp.Basic, as_text: str | None, as_typst: str | None, as_latex: str | None) -> None:
    for printed, expected in ((text(expr), as_text), (typst(expr), as_typst), (latex(expr), as_latex)):
        assert printed and (expected is None or printed == expected)


X = sp.Symbol("x", real=True)
K = sp.Function("K")
HEADS = [
    *(
        f(X)
        for f in (sp.erf, sp.erfc, sp.erfi, sp.asinh, sp.atan, sp.sinh, sp.cosh, sp.tanh, sp.sech, sp.csch)
    ),
    *(f(X) for f in (sp.sin, sp.cos, sp.tan, sp.cot, sp.sec, sp.csc, sp.asin, sp.acos, sp.acosh, sp.atanh)),
    *(f(X) for f in (sp.sign, sp.Heaviside, sp.sinc, sp.Ei, sp.gamma, sp.exp, sp.Abs)),
    sp.log(1 + sp.exp(X)),
    sp.besselk(0, X**2),
    sp.Max(X, sp.Min(1, -X, X**2)),
    sp.Piecewise((X, (X > -1) & (X < 1) | (X >= 4)), (0, True)),
    sp.Piecewise((0, sp.Not(sp.Eq(X, 0))), (1, True)),
    K(q) + q * sp.Derivative(K(q), q) - q**2 * sp.Derivative(K(q), (q, 2)),
    sp.Derivative(K(q), q).subs(q, 4),
    sp.Rational(10**40 + 1, 3**60) * X,
    X ** sp.Rational(7, 3) / sp.sqrt(1 + X**2),
    sp.exp(sp.exp(X / 2) - X**2 / (1 + X**2)),
]


@pytest.mark.parametrize("expr", HEADS, ids=str)
def test_whatever_the_grammar_accepts_has_a_notation(expr: sp.Basic) -> None:
    """And Typst, which would stop at a word that it does not know, sets it."""
    import typst as compiler

    assert text(expr) and latex(expr)
    page = f'#math.equation(eval({quote(typst(expr))}, mode: "math"))'
    assert compiler.compile(page.encode(), format="pdf")


@pytest.mark.parametrize(
    ("expr", "shown"),
    [
        (sp.Derivative(K(q), q), "K′(q)"),
        (sp.Derivative(K(q), (q, 2)), "K′′(q)"),
        (sp.Derivative(K(q), q).subs(q, 4), "K′(4)"),
        (sp.besselk(0, X), "K_0(x)"),
        (sp.Heaviside(X), "H(x)"),
        (sp.Rational("0.044715") * X**3, "0.044715·x³"),
        (sp.Rational("1.0507009873554804934193349852946"), "1.0507009873554804934193349852946"),
        (sp.Rational(1, 128), "1/128"),
        (sp.Piecewise((X, a < -X), (0, True)), "{x  if x < −a; 0  otherwise}"),
        (sp.Piecewise((X, a >= X), (0, True)), "{x  if x ≤ a; 0  otherwise}"),
    ],
    ids=str,
)
def test_spellings_that_are_chosen(expr: sp.Basic, shown: str) -> None:
    assert text(expr) == shown


UNKNOWN = [
    sp.zeta(q),
    sp.Matrix([[1]]),
    sp.Float("nan"),
    sp.I,
    sp.Lambda(q, q),
    sp.Derivative(f(2 * q), q),
    sp.Derivative(q * f(q), q),
    sp.Subs(f(q), q, 2),
    1 + sp.LambertW(q),
    E(sp.polylog(2, q)),
]


@pytest.mark.parametrize("printer", [TextPrinter, TypstPrinter, LatexPrinter])
@pytest.mark.parametrize("expr", UNKNOWN, ids=str)
def test_unknown_nodes_are_refused(printer: type, expr: sp.Basic) -> None:
    with pytest.raises(UnprintableError, match="no notation"):
        printer().doprint(expr)


@given(st.text(min_size=1, max_size=20))
def test_typst_names_cannot_leave_their_quotes(name: str) -> None:
    """Whatever the name, what is printed is letters, digits and string literals that end."""
    printed = typst(sp.Symbol(name))
    if '"' not in printed:
        assert all(c.isalnum() or c in "_()'\\, " for c in printed)
    else:
        outside = _outside_strings(printed)
        assert all(c.isalnum() or c in "_()'\\, " for c in outside), printed


def _outside_strings(source: str) -> str:
    """What Typst reads as code: the source without its string literals. Fails where one does not end."""
    out, inside, escaped = "", False, False
    for c in source:
        if not inside:
            out, inside = (out, True) if c == '"' else (out + c, False)
        elif escaped:
            escaped = False
        else:
            inside, escaped = c != '"', c == "\\"
    assert not inside
    return out


@given(st.text(min_size=1, max_size=20))
def test_latex_names_hold_no_live_command(name: str) -> None:
    printed = latex(sp.Symbol(name))
    bare = printed
    for known in (r"\textbackslash{}", r"\textasciicircum{}", r"\textasciitilde{}", r"\text", r"\mathrm"):
        bare = bare.replace(known, "")
    for escaped in ("\\{", "\\}", "\\$", "\\&", "\\#", "\\_", "\\%"):
        bare = bare.replace(escaped, "")
    assert "$" not in bare and "%" not in bare and "#" not in bare and bare.count("{") == bare.count("}")
    assert "\\" not in bare or spelled_greek(bare)


def spelled_greek(source: str) -> bool:
    """A lone Greek letter, ell or star is the only command that a name may become."""
    from reports.render.names import GREEK

    return any(source.startswith(f"\\{name}") for name in (*GREEK, "ell", "star"))


def test_parts_join_to_the_whole() -> None:
    expr = sp.Eq(Var(z[i]), E(z[i] ** 2) - E(z[i]) ** 2 + q)
    for printer in (TextPrinter(), TypstPrinter(), LatexPrinter()):
        assert len(printer.parts(expr)) == 4
        assert " ".join(printer.parts(expr)) == printer.doprint(expr)
