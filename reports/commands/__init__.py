"""One command a file. Each `command` is a click command and imports what it needs when it runs."""
