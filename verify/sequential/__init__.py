"""Tests that may be looked at whenever one likes: confidence sequences and e-values from exact variances."""
