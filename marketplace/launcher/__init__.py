"""`make run`: from nothing to a running site, in two stages.

The first stage (`__main__`) runs on the system's Python before anything is installed: it refuses a start
that cannot work, and creates `.venv`. The second (`start`) runs in `.venv`: it starts the servers, prepares
the data and watches the web process.
"""
