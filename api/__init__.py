"""What the application is: projects, backlog, runs. No web, no protocol, no SDK, no subprocess."""
