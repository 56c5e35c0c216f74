# The first rung: find any Python 3 that works. tools/bootstrap.py then looks for one that is new enough.
works() {
    command -v "$1" >/dev/null 2>&1 && "$1" -c 'import sys; sys.exit(sys.version_info < (3, 6))' 2>/dev/null
}
if [ -n "$PYTHON" ]; then
    works "$PYTHON" && exec "$PYTHON" tools/bootstrap.py "$@"
    echo "PYTHON=$PYTHON is no Python 3 that works: leave it out, or name another one: PYTHON=/path/to/python3 make $1" >&2
    exit 1
fi
for python in python3 python3.14 python3.13 python3.12 python3.11; do
    works "$python" && exec "$python" tools/bootstrap.py "$@"
done
echo "Quarter needs Python 3.11 or newer and found none: install it, or name it: PYTHON=/path/to/python3 make $1" >&2
exit 1
