"""Macros and tables of the paper, made from results."""
