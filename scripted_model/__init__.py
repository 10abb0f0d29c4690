"""An offline Anthropic Messages API on loopback that plays playbooks: for the demo, for tests and for benchmarks.

It imports nothing of the application: agents reach it through `ANTHROPIC_BASE_URL`, as they would any other model.
"""
