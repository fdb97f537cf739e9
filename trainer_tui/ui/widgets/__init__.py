"""Widgets: they show records and post messages; they know no service."""
