"""A verification under way, and what is known about its card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from api.backlog.schemas import CheckView, Claim, FeatureView, VerificationView
from api.backlog.statuses import Actor, Policy, Proof


@dataclass(frozen=True)
class Case:
    """A verification under way: the card and its check when it began, and who asked.

    `standing`: the badge that a run of the check alone is worth. `tests_of_others`: check files of other cards, and
    which card's they are. `approvals`: what a person said about doubtful changes, by their digest.
    """

    feature: FeatureView
    check: CheckView
    verification_id: int
    actor: Actor
    claim: Claim | None
    executor: str
    policy: Policy = "proven"
    standing: Proof = "green"
    tests_of_others: Mapping[str, str] = field(default_factory=dict)
    approvals: Mapping[str, bool] = field(default_factory=dict)

    @property
    def guards(self) -> bool:
        """Whether the check is to pass without the work, too."""
        return self.check.kind == "guard" or self.check.already_satisfied is not None


def standing_of(feature: FeatureView, past: Sequence[VerificationView]) -> Proof:
    """What the check has shown before, under its present form: a run of it alone can keep that, not exceed it."""
    for receipt in past:
        same = feature.check is not None and receipt.check_hash == feature.check.hash
        if same and receipt.state == "passed" and receipt.exit_base is not None:
            return "proven" if receipt.exit_base else "guarded"
    return "green"
