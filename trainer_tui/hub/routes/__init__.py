"""The calls of the hub, each a thin function over what does the work."""
