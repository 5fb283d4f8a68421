"""Seedbed: one excerpt a day, with questions worth answering. Importing this package does nothing."""

__version__ = "0.1.0"
