"""The lead's commands, one module each; they ask the hub with the login of the workstation."""
