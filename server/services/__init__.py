"""What the server keeps going between requests: open databases, agents, watchers, the hub of the sockets."""
