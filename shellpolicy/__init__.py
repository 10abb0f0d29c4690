"""May this shell command run? `decide(command, policy)` answers Allow, or Deny with a reason and a hint."""

from shellpolicy.decisions import decide
from shellpolicy.policies import Policy, PolicyError, RuleFile, build_policy, parse_rule_file
from shellpolicy.verdict import Allow, Decision, Deny

__all__ = [
    "Allow",
    "Decision",
    "Deny",
    "Policy",
    "PolicyError",
    "RuleFile",
    "build_policy",
    "decide",
    "parse_rule_file",
]
