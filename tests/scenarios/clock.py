# SPDX-License-Identifier: Apache-2.0
"""Days that pass for the gateway alone."""

import contextlib

FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"


@contextlib.contextmanager
def clock_off(world, days):
    """The gateway serves with a clock that is so many days off (later when positive); after it with the right one."""
    clock = world.folder / "clock"
    clock.write_text(f"{days:+d}d\n")
    world.stop_gateway()
    world.gateway_environment = {"LD_PRELOAD": FAKETIME, "FAKETIME_TIMESTAMP_FILE": str(clock), "FAKETIME_NO_CACHE": "1",
                                 "DONT_FAKE_MONOTONIC": "1", "FAKETIME_DONT_RESET": "1"}
    world.start_gateway()
    try:
        yield
    finally:
        world.stop_gateway()
        world.gateway_environment = {}
        world.start_gateway()
