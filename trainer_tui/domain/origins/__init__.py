"""Where each character of a draft comes from, followed through the versions of its journal."""
