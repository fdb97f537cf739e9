"""The formats that we read and write, one module each."""
