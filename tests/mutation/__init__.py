"""Mutation testing: spoil one line of the package, and see whether a test notices.

`make mutants` runs it; `tests/mutants.toml` says on what. Each mutant runs in a forked child of a
process that has the heavy libraries loaded but not the package, against those tests that run the
line it spoils.
"""
