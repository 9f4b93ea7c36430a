"""Samplers: each turns a shard of networks into its increments. `choose` says which one a problem gets."""
