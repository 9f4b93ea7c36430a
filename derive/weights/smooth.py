"""Independent symmetric entries with a density: normal, uniform, truncated normal, Student's t."""

from __future__ import annotations

import sympy as sp

from derive.weights.entry import USUAL, Entry, Parameter, Values, digits
from derive.weights.law import WEIGHT, Density, Spelling, WeightLaw

_W = WEIGHT
_STD = "g / math.sqrt(fan)"
_PHI = sp.exp(-(_W**2) / 2) / sp.sqrt(2 * sp.pi)
# The standard deviation of a standard normal that is cut at two of its own: what Keras and JAX divide by.
PUBLISHED_CORRECTION = "0.87962566103423978"


def _scaling(distribution: str) -> tuple[str, str]:
    """The variance-scaling initialiser of Keras and of JAX."""
    keras = f'keras.initializers.VarianceScaling(scale=g**2, mode=mode, distribution="{distribution}")'
    jax = {"untruncated_normal": "normal"}.get(distribution, distribution)
    return keras, f'jax.nn.initializers.variance_scaling(g**2, mode, "{jax}")'


def _normal(_: Values) -> WeightLaw:
    return WeightLaw(
        name="normal",
        title="Gaussian",
        reference="He, Zhang, Ren and Sun 2015, section 2.2",
        parameters=(),
        raw=(sp.S.Zero, sp.S.One, sp.S.Zero, sp.Integer(3)),
        density=Density(_PHI, -sp.oo, sp.oo),
        gaussian=True,
        facts=USUAL | {"Gaussian": (True, "the entries are independent Gaussians")},
        spelling=Spelling(
            f"torch.nn.init.normal_(w, std={_STD})",
            *_scaling("untruncated_normal"),
            (
                'Keras: distribution="normal" means truncated_normal.',
                "torch: normal_ has std 1 where none is given; Keras: HeNormal and GlorotNormal are truncated.",
            ),
        ),
    )


def _uniform(_: Values) -> WeightLaw:
    return WeightLaw(
        name="uniform",
        title="uniform on (-1, 1)",
        reference="Glorot and Bengio 2010, equations 1 and 16",
        parameters=(),
        raw=(sp.S.Zero, sp.Rational(1, 3), sp.S.Zero, sp.Rational(1, 5)),
        density=Density(sp.S.Half, -sp.S.One, sp.S.One),
        facts=USUAL,
        spelling=Spelling(
            "torch.nn.init.uniform_(w, -g * math.sqrt(3 / fan), g * math.sqrt(3 / fan))",
            *_scaling("uniform"),
            (
                "A half-width of g/sqrt(fan) gives a third of the variance: the bound is sqrt(3) times the standard "
                "deviation.",
                "JAX: initializers.uniform draws from [0, scale), whose mean is not 0.",
            ),
        ),
    )


def _truncated(values: Values) -> WeightLaw:
    cut, c = values["cut"], _CUT.symbol
    inside = sp.erf(c / sp.sqrt(2))
    edge = 2 * sp.exp(-(c**2) / 2) / sp.sqrt(2 * sp.pi) / inside
    return WeightLaw(
        name="truncated_normal",
        title="standard normal, redrawn beyond the cut",
        reference="Johnson, Kotz and Balakrishnan 1994, chapter 13, section 10.1",
        parameters=((c, cut),),
        raw=(sp.S.Zero, 1 - c * edge, sp.S.Zero, 3 - (c**3 + 3 * c) * edge),
        density=Density(_PHI / inside, -c, c),
        facts=USUAL,
        spelling=_truncated_spelling(cut, sp.N(sp.sqrt(1 - c * edge).subs(c, cut), 17)),
    )


def _truncated_spelling(cut: sp.Rational, spread: sp.Expr) -> Spelling:
    at, std = digits(cut), f"{_STD} / {digits(spread)}"
    keras, jax = _scaling("truncated_normal")
    if cut != 2:
        share = digits(sp.N(sp.erf(cut / sp.sqrt(2)), 17))
        keras = (
            f"{std} * math.sqrt(2) * keras.ops.erfinv(keras.random.uniform((n_in, n_out), -{share}, {share}))"
        )
        jax = f"jax.nn.initializers.truncated_normal({std}, lower=-{at}, upper={at})"
    return Spelling(
        f"torch.nn.init.trunc_normal_(w, std={std}, a=-{at} * {std}, b={at} * {std})",
        keras,
        jax,
        (
            "torch: a and b of trunc_normal_ are values, not standard deviations; the default -2 and 2 cuts nothing "
            "off weights of the usual size, and std is that before the cut.",
            f"Keras and JAX: variance scaling divides by {PUBLISHED_CORRECTION}, the spread after a cut at 2; Keras's "
            "TruncatedNormal and JAX's truncated_normal do not.",
        ),
    )


def _student(values: Values) -> WeightLaw:
    nu = _NU.symbol
    shape = sp.gamma((nu + 1) / 2) / (sp.sqrt(nu * sp.pi) * sp.gamma(nu / 2))
    fourth = 3 * nu**2 / ((nu - 2) * (nu - 4))
    std = f"g / math.sqrt(fan * {digits(values['nu'] / (values['nu'] - 2))})"
    at = digits(values["nu"])
    return WeightLaw(
        name="student_t",
        title="Student's t",
        reference="Johnson, Kotz and Balakrishnan 1995, chapter 28",
        parameters=((nu, values["nu"]),),
        raw=(
            sp.S.Zero,
            nu / (nu - 2),
            sp.Piecewise((sp.S.Zero, nu > 3), (sp.nan, True)),
            sp.Piecewise((fourth, nu > 4), (sp.oo, True)),
        ),
        density=Density(shape * (1 + _W**2 / nu) ** (-(nu + 1) / 2), -sp.oo, sp.oo),
        facts=USUAL,
        spelling=Spelling(
            f"w.copy_({std} * torch.distributions.StudentT({float(values['nu'])!r}).sample(w.shape))",
            f"{std} * keras.random.normal((n_in, n_out)) / keras.ops.sqrt(keras.random.gamma((n_in, n_out), "
            f"{at} / 2) * 2 / {at})",
            f"{std} * jax.random.t(key, {at}, (n_in, n_out))",
            (
                "A t of nu degrees has variance nu/(nu - 2), not 1: the standard deviation is divided by its root.",
            ),
        ),
        notes=("For nu <= 4 the fourth moment is infinite: a mean square of weights has no variance.",),
    )


def _bad_cut(cut: sp.Rational) -> str | None:
    if cut <= 0:
        return "nothing lies within a cut that is not above 0; give one such as 2"
    if cut < sp.Rational(1, 1000):
        return "within so small a cut the normal law is flat; take the uniform law"
    return "no float64 draw comes that far; take the normal law" if cut > 38 else None


def _bad_nu(nu: sp.Rational) -> str | None:
    return None if nu > 2 else "Student's t has no variance for nu <= 2, and no gain holds; give nu > 2"


_CUT = Parameter("cut", "2", _bad_cut)
_NU = Parameter("nu", "5", _bad_nu)

ENTRIES = (
    Entry("normal", _normal),
    Entry("uniform", _uniform),
    Entry("truncated_normal", _truncated, (_CUT,)),
    Entry("student_t", _student, (_NU,)),
)
