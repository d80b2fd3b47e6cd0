"""Run every test, every handout and every notebook on several sets of versions.

`make matrix` runs it; `tests/matrix.toml` has the sets. Each gets an environment of its own in
`build/matrix/NAME`, made by uv, whose cache holds each package once. What has passed is not run
again until a file that it depends on has changed.
"""
