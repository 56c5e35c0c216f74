"""How long the collector of cyclic garbage stops a server process: each ring and each dot waits for it."""

import gc

# Young objects, times, times: a look at everything comes after 400 000 more objects than went, not 70 000.
THRESHOLDS = (2_000, 10, 20)


def keep_pauses_short() -> None:
    """Call it when all is loaded: what is there stays, so it need not be looked through again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
