"""The rules of derivation, one family a file. A rule rewrites a term, or refuses and says what it lacks."""
