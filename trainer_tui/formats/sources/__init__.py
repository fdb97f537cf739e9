"""One module an import format; each defines `FORMAT` and is found by itself."""
