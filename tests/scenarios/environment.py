# SPDX-License-Identifier: Apache-2.0
"""One world per feature; in it every scenario has an OCMW of its own, so that what one does is not seen by the next."""

import contextlib
import os

from tests.scenarios.office import Office
from tests.support import postgres
from tests.support.world import World

# Enough of each kind of person for every scenario.
PERSONS = 60
# The day on which every scenario begins, at POD MI.
TODAY = "2026-07-20"


def offices_of(scenario):
    """How many OCMWs it plays in."""
    return 2 if "two-offices" in scenario.effective_tags else 1


def before_all(context):
    context.engine = contextlib.ExitStack()
    context.store_settings = context.engine.enter_context(postgres.engine(os.environ["SEMAFOOR_ENGINE"]))


def after_all(context):
    context.engine.close()


def before_feature(context, feature):
    context.world = None
    scenarios = [one for one in feature.walk_scenarios() if "not-written" not in one.effective_tags]
    if not scenarios:
        return
    context.world = World(os.environ["SEMAFOOR_BUILD"], messages=0, signals=0, persons=PERSONS,
                          organisations=sum(map(offices_of, scenarios)))
    # On the world: what is set in a scenario is gone with it.
    context.world.next_office = 0
    context.world.start_sandbox()
    context.world.start_gateway(extra=context.store_settings())


def before_scenario(context, scenario):
    world = context.world
    world.control("PUT", "/settings", {"today": TODAY, "judgement": "later", "holdResults": False})
    context.offices = []
    for _ in range(offices_of(scenario)):
        office = Office(world, world.next_office)
        world.next_office += 1
        office.register()
        context.offices.append(office)
    context.office = context.offices[0]
    # What the last step gave, for the next one to look at.
    context.seen = None


def after_feature(context, feature):
    if context.world is not None:
        context.world.stop()
