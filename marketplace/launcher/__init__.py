"""`make run`: from nothing to a running site, in two stages.

The first (`__main__`) runs on the system's Python before anything is installed: it refuses what cannot work
and makes `.venv`. Inside that the second (`start`) brings up the servers, prepares the data and watches over
the web process.
"""
