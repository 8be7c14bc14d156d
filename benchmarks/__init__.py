"""Named cases with sizes; `python -m benchmarks` times them, the tests fire each once."""
