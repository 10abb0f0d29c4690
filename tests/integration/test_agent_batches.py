"""Several small features in one session, with every real part: each is proven and landed by itself."""

import json
import os
import signal
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from api.backlog import service as backlog
from api.backlog.schemas import FeatureUpdate
from api.backlog.statuses import PERSON
from api.database import open_database
from api.projects import service as projects
from tests.agentruns import AgentRig, descendants, wait_gone

pytestmark = [pytest.mark.cli, pytest.mark.place, pytest.mark.timeout(300)]
CODERS = "FROM sessions WHERE role = 'coder' ORDER BY id"


class PartsRig(AgentRig):
    """A rig for applications of small parts."""

    @property
    def batches(self) -> list[tuple[list[int], str]]:
        """The features of each coder's session, and how it ended."""
        return [(json.loads(ids), outcome) for ids, outcome in self.query(f"SELECT feature_ids, outcome {CODERS}")]

    @property
    def landed(self) -> Counter[str]:
        """How many commits of the integration branch each feature has."""
        trailers = self.git("log", "--format=%(trailers:key=Feature,valueonly,separator=%x2C)", "autocoder/integration")
        return Counter(line.strip("#") for line in trailers.split())

    def each_once(self, *features: int) -> bool:
        """Whether these features, and no others, have one commit each."""
        return self.landed == Counter(["setup", *map(str, features)])


@pytest.fixture
def rig(tmp_path: Path) -> PartsRig:
    return PartsRig(tmp_path)


def test_two_sessions_prove_six_small_features(rig: PartsRig) -> None:
    done = rig.run(*rig.parts(6), "--batch-size", "3")
    assert (done.exit_code, done.reason) == (0, "All 6 features are green."), done.stderr
    assert rig.batches == [([1, 2, 3], "green"), ([4, 5, 6], "green")]
    assert rig.query("SELECT status, proof, count(*) FROM features GROUP BY 1, 2") == [("passing", "proven", 6)]
    assert rig.each_once(1, 2, 3, 4, 5, 6)
    assert rig.git("status", "--porcelain") == ""
    [(limits,)] = rig.query("SELECT limits FROM runs")
    assert json.loads(limits)["batch_size"] == 3
    # What was done for a feature is told as that feature's, in its session; its commit has its own two files.
    tools = [(line["feature_id"], line["tool"]) for line in done.of("log") if line["origin"] == "tool"]
    assert {number for number, tool in tools if tool == "feature_set_check"} == {1, 2, 3, 4, 5, 6}
    assert len({count for number, count in Counter(number for number, _ in tools).items() if number}) == 1
    for number in range(1, 7):
        [commit] = rig.git("log", "--format=%H", f"--grep=^Feature: #{number}$", "autocoder/integration").split()
        files = rig.git("show", "--format=", "--name-only", commit).split()
        assert files == [f"parts/part_{number:03}.py", f"tests/test_part_{number:03}.py"]
    assert rig.leftovers() == []


def test_several_agents_and_testers_get_in_nobody_s_way(rig: PartsRig) -> None:
    done = rig.run(*rig.parts(6), "--batch-size", "2", "--concurrency", "3", "--testing-ratio", "1")
    assert (done.exit_code, done.reason) == (0, "All 6 features are green."), done.stderr
    # Nothing is built twice, also not because a tester misses what turned green after its clone was made.
    assert sorted(number for numbers, _ in rig.batches for number in numbers) == [1, 2, 3, 4, 5, 6]
    assert {outcome for _, outcome in rig.batches} == {"green"}
    assert rig.each_once(1, 2, 3, 4, 5, 6)
    assert rig.query("SELECT count(*) FROM sessions WHERE role = 'tester'") == [(6,)]


def test_a_failure_counts_against_the_feature_the_session_was_at(rig: PartsRig) -> None:
    assert rig.run(*rig.parts(3), "--max-iterations", "1").exit_code == 0
    with closing(open_database(rig.project / "features.db", "project")) as database, database.write() as session:
        projects.save_settings(session, {"max_attempts": 2, "batch_size": 3})
        backlog.update(session, 2, FeatureUpdate(name="A riddle"), PERSON)
    done = rig.run(*rig.parts(3))
    assert done.reason == "2 of 3 features are green; nothing is ready: 1 waiting for a person."
    # What has failed once gets a session of its own.
    assert rig.batches == [([1, 2], "completed"), ([2], "completed"), ([3], "green")]
    assert rig.query("SELECT id, status, attempts FROM features WHERE attempts > 0") == [(2, "needs_input", 2)]
    assert rig.each_once(1, 3)
    assert rig.query("SELECT count(*) FROM features WHERE claim_owner IS NOT NULL") == [(0,)]


def test_what_is_green_stays_when_a_batch_is_killed(rig: PartsRig) -> None:
    with rig.started(*rig.parts(3), "--batch-size", "3") as run:
        run.until("log", origin="tool", tool="Bash", feature_id=2)
        children = descendants(run.process.pid)
        os.kill(run.process.pid, signal.SIGKILL)
        assert wait_gone(children) == []
    assert rig.query("SELECT id, status, claim_owner FROM features WHERE id < 3") == [
        *((1, "passing", None), (2, "in_progress", "agent-1")),
    ]
    assert rig.query("SELECT id FROM features WHERE id > 2 AND claim_owner IS NOT NULL") == []  # nothing ahead of time
    done = rig.run(*rig.parts(3), "--batch-size", "3")
    assert (done.exit_code, done.reason) == (0, "All 3 features are green."), done.stderr
    assert rig.batches == [([1, 2], "crashed"), ([2, 3], "green")]
    assert rig.each_once(1, 2, 3)
    assert rig.query("SELECT id FROM features WHERE attempts > 0 OR proof <> 'proven'") == []


def test_a_pause_ends_a_batch_after_the_present_feature(rig: PartsRig) -> None:
    with rig.started(*rig.parts(3), "--batch-size", "5", "--pace", "0.05") as run:
        run.until("log", origin="tool", tool="feature_set_check", feature_id=1)
        run.interrupt()
        assert run.wait() == 130, rig.complaints.read_text()
    assert rig.batches == [([1], "green")]
    assert rig.query("SELECT status, count(*) FROM features GROUP BY 1 ORDER BY 1") == [("passing", 1), ("pending", 2)]
    assert rig.leftovers() == []


def test_each_feature_of_a_batch_has_all_its_turns(rig: PartsRig) -> None:
    done = rig.run(*rig.parts(3), "--batch-size", "3", "--max-turns", "9")
    assert (done.exit_code, rig.batches) == (0, [([1, 2, 3], "green")]), done.stderr
    turns = Counter(event["feature_id"] for event in done.of("usage") if event["input_tokens"])
    assert max(turns.values()) <= 9 < sum(turns[number] for number in (1, 2, 3))


def test_a_feature_that_uses_up_its_turns_ends_the_batch(rig: PartsRig) -> None:
    assert rig.run(*rig.parts(2), "--max-iterations", "1").exit_code == 0
    done = rig.run(*rig.parts(2), "--batch-size", "2", "--max-turns", "3", "--max-iterations", "1", "--pace", "0.1")
    assert rig.batches == [([1], "max_turns")], done.stderr
    assert rig.query("SELECT attempts FROM features ORDER BY id") == [(1,), (0,)]


def test_a_feature_that_the_session_may_not_pay_for_gets_a_session_of_its_own(rig: PartsRig) -> None:
    assert rig.run(*rig.parts(3), "--max-iterations", "1").exit_code == 0
    with closing(open_database(rig.project / "features.db", "project")) as database, database.write() as session:
        projects.save_settings(session, {"budget_session_usd": 0.06, "batch_size": 3})
    done = rig.run(*rig.parts(3))
    assert (done.exit_code, rig.batches) == (0, [([number], "green") for number in (1, 2, 3)]), done.stderr
    assert rig.query("SELECT max(cost_usd) < 0.06, min(cost_usd) > 0.02 FROM sessions WHERE role = 'coder'") == [(1, 1)]
