"""One command a file. Each `run` has a typer signature and imports what it needs when it runs."""
