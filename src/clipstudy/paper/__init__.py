"""From results to the paper: numbers as macros, tables, and the compiled PDF."""
