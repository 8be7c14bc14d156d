"""Indicators: the catalogue and what computes each from residents by age and place."""
