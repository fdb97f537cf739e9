"""The operator's commands, one module each; they work on the hub's database directly."""
