"""The backlog: features, their claims, checks, verifications and the order in which they are worked on."""
