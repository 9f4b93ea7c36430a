"""Laws that fix their own scale: torch's defaults, and a standard deviation that forgets the fan."""

from __future__ import annotations

import sympy as sp

from derive.weights.entry import USUAL, Entry, Parameter, Values, digits
from derive.weights.law import N_IN, WEIGHT, Density, Spelling, WeightLaw


def _torch_default(_: Values) -> WeightLaw:
    bound = 1 / sp.sqrt(N_IN)
    return WeightLaw(
        name="torch_default",
        title="torch's default for Linear and Conv: uniform on +-1/sqrt(fan_in), the bias too",
        reference="torch.nn.Linear and torch.nn.Conv2d, reset_parameters (torch 2.13)",
        parameters=(),
        raw=(sp.S.Zero, 1 / (3 * N_IN), sp.S.Zero, 1 / (5 * N_IN**2)),
        density=Density(1 / (2 * bound), -bound, bound),
        free_scale=False,
        bias_variance=1 / (3 * N_IN),
        facts=USUAL,
        spelling=Spelling(
            "torch.nn.init.kaiming_uniform_(w, a=math.sqrt(5))\n"
            "torch.nn.init.uniform_(b, -1 / math.sqrt(fan_in), 1 / math.sqrt(fan_in))",
            'keras.initializers.VarianceScaling(scale=1 / 3, mode="fan_in", distribution="uniform")',
            'jax.nn.initializers.variance_scaling(1 / 3, "fan_in", "uniform")',
            (
                "sqrt(5) is the slope of a leaky ReLU there: the gain sqrt(2/(1 + 5)) gives variance 1/(3 fan_in).",
                "The defaults of Keras's Dense are GlorotUniform and a bias of zero; Flax's Dense takes lecun_normal "
                "and a bias of zero.",
            ),
        ),
        notes=(
            "Every theorem on symmetric weights holds without the bias; ReLU's condition asks for n Var[w] = 2 and "
            "gets 1/3, so a layer multiplies the second moment by 1/6. The bias adds 1/(3 fan_in) to it.",
        ),
    )


def _gpt2(values: Values) -> WeightLaw:
    std, at = _STD.symbol, digits(values["std"])
    density = sp.exp(-(WEIGHT**2) / (2 * std**2)) / (std * sp.sqrt(2 * sp.pi))
    return WeightLaw(
        name="gpt2",
        title="Gaussian of one standard deviation, whatever the fan",
        reference="Radford, Narasimhan, Salimans and Sutskever 2018, section 4.1: N(0, 0.02)",
        parameters=((std, values["std"]),),
        raw=(sp.S.Zero, std**2, sp.S.Zero, 3 * std**4),
        density=Density(density, -sp.oo, sp.oo),
        gaussian=True,
        free_scale=False,
        facts=USUAL
        | {"Gaussian": (True, "the entries are independent Gaussians, with g = std sqrt(n)")},
        spelling=Spelling(
            f"torch.nn.init.normal_(w, std={at})",
            f"keras.initializers.RandomNormal(stddev={at})",
            f"jax.nn.initializers.normal({at})",
            (
                "Keras's RandomNormal has 0.05 where none is given, JAX's normal 0.01.",
                "GPT-2 also divides the weights that end a residual branch by the root of the number of residual "
                "layers: that is not in this law.",
            ),
        ),
        notes=("The gain is std sqrt(fan_in): at std 0.02 it is sqrt(2) at fan_in 5000 only.",),
    )  # fmt: skip


def _bad_std(std: sp.Rational) -> str | None:
    return None if std > 0 else "a standard deviation is above 0; for 0 take the law zeros"


_STD = Parameter("std", "1/50", _bad_std)
ENTRIES = (Entry("torch_default", _torch_default), Entry("gpt2", _gpt2, (_STD,)))
