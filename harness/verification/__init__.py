"""Runs a card's check in a fresh place on a clean checkout of the very commit that would land, and writes the receipt.

verifier.py  the whole way, and what workers are given of it; ledger.py its rows in the database
trial.py     checkout, place, init.sh, check; dependencies.py what init.sh installs, kept
verdicts.py  what an exit code and an output mean (pure); turns.py one verification at a time
"""

from harness.verification.trial import Conditions
from harness.verification.verdicts import Verdict
from harness.verification.verifier import Submitter, Verifier

__all__ = ["Conditions", "Submitter", "Verdict", "Verifier"]
