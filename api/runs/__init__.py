"""Runs of agents: who runs, its sessions, what it used, and the event log they all write to."""
