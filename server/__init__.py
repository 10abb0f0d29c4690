"""The web server: REST, WebSocket and the built web app on one port. Assembled in `main`, guarded in `guard`."""
