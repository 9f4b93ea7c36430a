"""How far networks of finite width spread about the predicted q, from theory alone."""

from verify.spread.chains import QUANTILES, Spread, spread

__all__ = ["QUANTILES", "Spread", "spread"]
