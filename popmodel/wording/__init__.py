"""Sentences and figures as printed, in Chinese and in English."""
