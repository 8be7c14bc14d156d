"""How fast, how large, how soon: `python -m benchmarks`. The cases stand in `registry.py`; see README.md."""
