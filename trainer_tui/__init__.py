"""The terminal workstation in which AI trainers write demonstrations."""

__version__ = "0.4.0"
