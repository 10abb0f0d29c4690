"""Projects: their names, folders and settings."""
