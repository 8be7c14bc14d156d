"""Projections: one run, many draws in blocks, raked to given totals, and taken apart."""
