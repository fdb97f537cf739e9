"""The firm's server that all workstations sync with; installed with the extra `hub`."""
