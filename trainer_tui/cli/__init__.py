"""The command line: every flow in linear form."""
