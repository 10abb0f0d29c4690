"""The agent process: many short model sessions, each with a fresh context, on one backlog."""
