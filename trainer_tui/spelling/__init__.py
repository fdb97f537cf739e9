"""The edge to the dictionaries; only here are the libraries that bring them known."""
