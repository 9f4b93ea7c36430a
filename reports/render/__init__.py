"""sympy expressions as Typst, LaTeX and plain text, by printers that refuse what they do not know."""
