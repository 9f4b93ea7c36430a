"""The reports that are not about one activation."""

STUDIES = ("xavier",)
