# make run    everything, from nothing, on http://127.0.0.1:8000 (PORT=8001 make run for another port)
# make dev    the same with reload and debug pages
# make reset  delete this checkout's data and start afresh
# make test   everything CI runs
# A Python of your choice: PYTHON=/path/to/python3.13 make run

export PYTHON

.DEFAULT_GOAL := run
.PHONY: run dev reset packages packages-dev check-wheels compose-env

# --- running it ---------------------------------------------------------------------------------

run dev reset:
	@sh tools/start.sh $@

# Only .venv and what is pinned: requirements.txt, and with packages-dev requirements-dev.txt too.
packages packages-dev:
	@sh tools/start.sh $@

# Asks the package index whether every pin has a wheel for Python 3.11 to 3.14 on Linux and macOS.
check-wheels: packages
	@.venv/bin/python tools/check_wheels.py

# Fresh secrets for docker compose, once.
compose-env: packages
	@.venv/bin/python tools/compose_env.py

# --- testing it ---------------------------------------------------------------------------------

.PHONY: test check bench-journey bench-call bench-live

# test: all that continuous integration runs; check: the fast part of it, without a browser;
# bench-journey: the waits that people notice, in numbers (QUICK=1 for a short run);
# bench-call: how fast a call is there and comes back (QUICK=1 for less than 120 s); the last line is JSON;
# bench-live: how fast news is beside group_send and a bare floor, what sockets cost (the same).
test check bench-journey bench-call bench-live: packages-dev
	@.venv/bin/python -m tools.test $@

# --- words ----------------------------------------------------------------------------------------

.PHONY: messages

# Collects the marked texts of code, templates and JavaScript into locale/, and compiles what is translated.
messages: packages-dev
	@.venv/bin/python -m tools.messages

# --- the ledger -----------------------------------------------------------------------------------

.PHONY: crash bench-ledger

# Kills workers, backends and the database while money moves (DURATION=60 SEED=1); the last line is JSON.
crash: packages-dev
	@.venv/bin/python -m tests.crash

# The ledger beside what PostgreSQL itself can do (QUICK=1 for less than 90 s); the last line is JSON.
bench-ledger: packages-dev
	@.venv/bin/python -m tests.bench.ledger
