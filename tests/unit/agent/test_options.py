import pytest

from agent.options import RunOptions, parse
from api.projects.schemas import ProjectSettings


def test_the_defaults_are_documented_ones() -> None:
    assert parse(["--project-dir", "app"]) == RunOptions(project="app")


def test_the_demo_spares_no_provider() -> None:
    assert parse(["--project-dir", "app", "--demo"]).delay == 0.5
    assert parse(["--project-dir", "app", "--demo", "--delay", "2"]).delay == 2


def test_yolo_takes_the_agents_word() -> None:
    assert parse(["--project-dir", "app", "--yolo"]).policy == "off"


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--concurrency", "9"], "'9' is not a whole number from 1 to 8"),
        (["--concurrency", "0"], "'0' is not a whole number from 1 to 8"),
        (["--testing-ratio", "4"], "'4' is not a whole number from 0 to 3"),
        (["--batch-size", "6"], "'6' is not a whole number from 1 to 5"),
        (["--template", "backend_api"], "--template backend_api is not available"),
        (["--max-iterations", "0"], "'0' is not a whole number from 1"),
        (["--budget-usd", "free"], "'free' is not an amount of dollars"),
        (["--budget-usd", "0"], "'0' is not an amount of dollars"),
        (["--budget-usd", "nan"], "'nan' is not an amount of dollars"),
        (["--delay", "-1"], "'-1' is not a number of seconds"),
        (["--config", "huge"], "invalid choice: 'huge'"),
        (["--unknown"], "unrecognized arguments: --unknown"),
    ],
)
def test_what_cannot_be_met_is_refused_with_one_sentence(
    arguments: list[str], word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        parse(["--project-dir", "app", *arguments])
    assert caught.value.code == 2
    assert word in capsys.readouterr().err


def test_the_project_is_required(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse([])
    assert "--project-dir" in capsys.readouterr().err


def test_what_was_not_asked_for_is_as_the_project_says() -> None:
    settings = ProjectSettings(concurrency=3, testing_ratio=2, batch_size=4)
    settled = parse(["--project-dir", "app"]).settled(settings)
    assert (settled.agents, settled.tests, settled.batch) == (3, 2, 4)
    given = ["--concurrency", "1", "--testing-ratio", "0", "--batch-size", "1"]
    asked = parse(["--project-dir", "app", *given]).settled(settings)
    assert (asked.agents, asked.tests, asked.batch) == (1, 0, 1)
