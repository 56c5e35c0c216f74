"""What the tests share: the cast, a race, servers to kill, and browsers."""
