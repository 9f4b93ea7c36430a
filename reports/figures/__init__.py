"""Figures as SVG, drawn by matplotlib without its global state, in the fonts and colours of the document."""
