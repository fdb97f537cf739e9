"""The line to the hub: the protocol, shared by both sides, and the client."""
