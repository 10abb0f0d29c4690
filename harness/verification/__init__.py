"""Runs a card's check in a fresh place on a clean checkout of the very commit that would land, and writes the receipt.

verifier.py  the whole way, and what workers are given of it; ledger.py its rows in the database
trial.py     checkout, place, init.sh, check; dependencies.py what init.sh installs, kept
verdicts.py  what an exit code and an output mean (pure); turns.py one verification at a time
proof.py     what a check has to show; guards.py what could make it pass by itself, with changes.py (what the work
             changed), commands.py (what the command rests on), preloads.py (what it has loaded), runners.py and
             recipes.py (what decides how tests are run), reaching.py (code that reaches into its test), shadows.py
             (what is loaded in place of something else), footprints.py (what init.sh left); cases.py, tallies.py,
             artefacts.py
rechecks.py  checks of green cards run again; aging.py and selection.py which, retrial.py one of them, guilt.py who
             broke it, spare_time.py and gentle.py giving way, records.py its rows
undoing.py   the work of a card taken back; upkeep.py what is true of the cards while nobody works on them
"""

from harness.verification.rechecks import Recheck, Rechecks
from harness.verification.trial import Conditions
from harness.verification.verdicts import Verdict
from harness.verification.verifier import Submitter, Verifier

__all__ = ["Conditions", "Recheck", "Rechecks", "Submitter", "Verdict", "Verifier"]
