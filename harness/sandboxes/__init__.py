"""Places where commands run: one protocol, one conformance suite, providers looked up by name."""
