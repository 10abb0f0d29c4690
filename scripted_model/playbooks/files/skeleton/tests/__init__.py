"""Tests of Folio: one file for each feature."""
