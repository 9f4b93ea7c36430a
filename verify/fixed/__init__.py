"""Tests of a fixed number of networks by Student's t, freed of its skewness."""
