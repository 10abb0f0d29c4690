"""What runs inside a place: the runner, a program of its own (standard library only, nothing else of ours).

It avoids modules that cost start-up time (asyncio, pathlib, dataclasses, typing, tempfile): a place opens in the
time this takes to import. `archive.py` beside this package makes it one file.
"""
