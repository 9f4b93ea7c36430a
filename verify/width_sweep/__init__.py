"""A claim measured at several widths, and what is left of its error as the width goes to infinity."""
