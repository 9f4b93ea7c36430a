"""The tensors, sizes and indices that the theorems share, so that they read as one text."""

from __future__ import annotations

import sympy as sp

from derive.proof.terms import Tensor, index

I, J, K = index("i"), index("j"), index("k")
LAYER, DEPTH = index("l"), index("L")
N, M = index("n"), index("m")  # fan_in and fan_out
WIDTH = sp.IndexedBase("n", integer=True, positive=True)  # widths n[0], n[1], ... of a deep network

W = Tensor("w", 2, "weights")
X = Tensor("x", 1, "inputs")
Y = Tensor("y", 1, "pre-activations of the layer")
Z = Tensor("z", 1, "pre-activations")
DELTA = Tensor("delta", 1, "gradients at the pre-activations")
G = Tensor("g", 1, "gradients at the outputs")
U = Tensor("u", 1, "gradients at the inputs")
TANGENT = Tensor("t", 1, "tangents")
JACOBIAN = Tensor("s", 1, "tangents at the pre-activations")

F = sp.Function("f", real=True)
FPRIME = sp.Function("fprime", real=True)
ONE = sp.Integer(1)
