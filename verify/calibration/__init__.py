"""The verifier verified: how often its verdicts are right, over many runs of claims whose truth is known.

`python -m verify.calibration --write docs/calibration.md` runs the study and writes its page. `cases` are true
claims, exact at their finite width; `plants` are wrong theories, each of which must be refuted, and where.
"""

from __future__ import annotations
