"""Conversations of a person with the project's assistant, kept in the project's assistant.db."""
