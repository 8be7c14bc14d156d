"""Damaged inputs: out comes one SchemaError, or a result that is what the file says."""
