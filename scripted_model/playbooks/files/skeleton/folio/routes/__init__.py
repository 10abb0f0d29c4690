"""Every module here has a list ROUTES of (method, path pattern, handler)."""
