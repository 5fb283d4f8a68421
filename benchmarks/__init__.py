"""Measurements, each beside a floor in the same run: `python -m benchmarks.bench_slots` and its like."""
