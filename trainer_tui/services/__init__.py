"""The use cases: what a screen or a script can do."""
