"""Records, rules and pure functions: no disk, no network, no screen."""
