"""The terminal workstation: screens and widgets."""
