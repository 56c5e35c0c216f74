# The first rung: find any Python 3 at all. tools/bootstrap.py then looks for one that is new enough.
for python in "$PYTHON" python3 python3.14 python3.13 python3.12 python3.11; do
    if [ -n "$python" ] && command -v "$python" >/dev/null 2>&1; then
        exec "$python" tools/bootstrap.py "$@"
    fi
done
echo "Quarter needs Python 3.11 or newer and found none: install it, or name it: PYTHON=/path/to/python3 make $1" >&2
exit 1
