"""Git: a clone per agent, one integration branch, and a user's folder nobody else touches.

repository.py  ProjectRepository, the one class other packages use; workspace.py is an agent's clone as it sees it
git.py         the door to git: no hooks, no filters, no prompts, no network, whatever the configuration says
bench.py       throw-away bare repositories in which the harness computes; nothing an agent wrote is configuration there
files.py       reads and writes below a directory an agent controls without ever following a link
"""
