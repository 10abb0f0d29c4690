"""Folio: a small reading log."""
