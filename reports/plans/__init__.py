"""The kinds of report: for activations, for weight laws, and one for each study with a plan of its own."""

from __future__ import annotations

from reports.commands.derive import is_law
from reports.plan import Options, Plan
from reports.studies import STUDIES


def plan_for(name: str, options: Options) -> Plan:
    """The plan of the report of that name or expression; raises `BadInput` for what is neither.

    Everything is derived here and nothing is drawn.
    """
    if name in STUDIES:
        from reports.plans import xavier

        return xavier.plan(options)
    if is_law(name):
        from reports.plans import law

        return law.plan(name, options)
    from reports.plans import activation

    return activation.plan(name, options)
