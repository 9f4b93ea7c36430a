"""The PDF: its data (plain JSON), its templates (Typst), and the step from one to the other."""
