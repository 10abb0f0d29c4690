"""Projects, prompts and settings over REST."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import httpx
import pytest

from api.database import Database
from api.projects import service as projects
from api.runs import service as runs
from api.runs.schemas import RunStart
from harness import processes
from server.main import create_app
from server.settings import Settings
from tests.servers import running

PROJECTS = "/api/projects"


def exists(path: Path) -> bool:
    return path.exists()


async def create(client: httpx.AsyncClient, path: Path, **more: object) -> httpx.Response:
    return await client.post(PROJECTS, json={"name": "blog", "path": str(path), **more})


async def test_a_new_project_gets_its_folder_and_prompts(client: httpx.AsyncClient, tmp_path: Path) -> None:
    answer = await create(client, tmp_path / "new" / "blog", spec="A blog.")
    assert answer.status_code == 201, answer.text
    assert (answer.json()["status"], answer.json()["created_by_us"]) == ("idle", True)
    assert (tmp_path / "new" / "blog" / "prompts" / "app_spec.txt").read_text() == "A blog."
    prompts = (await client.get(f"{PROJECTS}/blog/prompts")).json()
    assert prompts["initializer_prompt"]
    assert [project["name"] for project in (await client.get(PROJECTS)).json()] == ["blog", "shop"]


async def test_an_existing_specification_is_kept_beside_the_new_one(client: httpx.AsyncClient, tmp_path: Path) -> None:
    folder = tmp_path / "blog"
    (folder / "prompts").mkdir(parents=True)
    (folder / "prompts" / "app_spec.txt").write_text("mine")
    assert (await create(client, folder, spec="A blog.")).status_code == 201
    assert (folder / "prompts" / "app_spec.txt").read_text() == "A blog."
    assert [kept.read_text() for kept in (folder / ".autocoder" / "backups").iterdir()] == ["mine"]


async def test_a_project_that_is_refused_leaves_no_folder(client: httpx.AsyncClient, tmp_path: Path) -> None:
    answer = await client.post(PROJECTS, json={"name": "shop", "path": str(tmp_path / "other")})
    assert (answer.status_code, answer.json()["field"]) == (409, "name")
    assert not exists(tmp_path / "other")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "a/b", "path": "~/x"}, "name"),
        ({"name": "ok", "path": "relative"}, "path"),
        ({"name": "ok", "path": "nul\0byte"}, "path"),
        ({"name": "ok", "path": "/" + "x" * 300}, "path"),
        ({"name": "ok", "path": "/"}, "path"),
        ({"name": "ok", "path": "~/x", "kind": "spaceship"}, "kind"),
        ({"name": "ok", "path": "~/x", "extra": 1}, "extra"),
    ],
)
async def test_what_cannot_be_created_names_the_field(
    client: httpx.AsyncClient, body: dict[str, object], field: str
) -> None:
    answer = await client.post(PROJECTS, json=body)
    assert (answer.status_code, answer.json().get("field")) == (422, field), answer.text


async def test_not_inside_the_autocoder_home(client: httpx.AsyncClient, settings: Settings) -> None:
    answer = await create(client, settings.home / "projects" / "blog")
    assert answer.status_code == 422
    assert "AutoCoder's own home" in answer.json()["detail"]


async def test_the_demo_creates_nothing(settings: Settings, tmp_path: Path) -> None:
    async with running(create_app(settings.model_copy(update={"demo": True}))) as client:
        answer = await create(client, tmp_path / "blog")
    assert answer.status_code == 403


async def test_settings_change_one_by_one(client: httpx.AsyncClient, database: Database) -> None:
    changes = {"proof_policy": "off", "budget_usd": 12.5, "settings": {"model": "opus"}}
    changed = (await client.patch(f"{PROJECTS}/shop", json=changes)).json()
    assert (changed["proof_policy"], changed["budget_usd"]) == ("off", 12.5)
    with database.read() as session:
        found = projects.load_settings(session)
    assert (found.verification, found.budget_day_usd, found.model) == ("off", 12.5, "opus")
    assert (await client.patch(f"{PROJECTS}/shop", json={"budget_usd": None})).json()["budget_usd"] is None


async def test_a_refused_setting_renames_nothing(client: httpx.AsyncClient) -> None:
    answer = await client.patch(f"{PROJECTS}/shop", json={"name": "store", "proof_policy": "believed"})
    assert answer.status_code == 422
    assert (await client.get(f"{PROJECTS}/store")).status_code == 404


async def test_nothing_to_change(client: httpx.AsyncClient) -> None:
    assert (await client.patch(f"{PROJECTS}/shop", json={})).status_code == 422


async def test_a_moved_folder_says_so_until_it_is_found_again(client: httpx.AsyncClient, project: Path) -> None:
    moved = shutil.move(project, project.with_name("moved"))
    found = (await client.get(f"{PROJECTS}/shop")).json()
    assert "is gone" in found["problem"]
    assert (await client.get(f"{PROJECTS}/shop/features")).status_code == 404
    renamed = await client.patch(f"{PROJECTS}/shop", json={"path": str(moved), "name": "store"})
    assert (renamed.json()["name"], renamed.json()["problem"]) == ("store", None)


async def test_a_damaged_database_stays_in_the_list(settings: Settings, project: Path) -> None:
    (project / "features.db").unlink()
    (project / "features.db").write_bytes(b"this is no database at all")
    async with running(create_app(settings)) as client:
        found = (await client.get(PROJECTS)).json()[0]
        answer = await client.get(f"{PROJECTS}/shop/stats")
    assert "damaged" in found["problem"]
    assert (answer.status_code, answer.json()["error"]) == (503, "database_damaged")


async def test_forgetting_leaves_the_folder(client: httpx.AsyncClient, project: Path) -> None:
    assert (await client.delete(f"{PROJECTS}/shop")).status_code == 204
    assert exists(project)
    assert (await client.get(f"{PROJECTS}/shop")).status_code == 404


async def test_files_are_deleted_only_where_we_made_the_folder(
    client: httpx.AsyncClient, project: Path, tmp_path: Path
) -> None:
    assert (await client.delete(f"{PROJECTS}/shop?delete_files=true")).status_code == 403
    assert exists(project)
    await create(client, tmp_path / "blog")
    assert (await client.delete(f"{PROJECTS}/blog?delete_files=true")).status_code == 204
    assert not exists(tmp_path / "blog")


async def test_a_folder_is_no_name(client: httpx.AsyncClient, project: Path) -> None:
    answer = await client.get(f"{PROJECTS}/{str(project).replace('/', '%2F')}")
    assert answer.status_code == 404


async def test_prompts_are_saved_with_a_backup(client: httpx.AsyncClient, project: Path) -> None:
    await client.put(f"{PROJECTS}/shop/prompts", json={"app_spec": "first"})
    saved = await client.put(f"{PROJECTS}/shop/prompts", json={"app_spec": "second\r\n"})
    assert saved.json()["app_spec"] in {"second\r\n", "second\n"}
    assert [kept.read_text() for kept in (project / ".autocoder" / "backups").iterdir()] == ["first"]


async def test_a_prompt_that_is_a_link_is_neither_read_nor_written(
    client: httpx.AsyncClient, project: Path, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("key")
    (project / "prompts").mkdir(exist_ok=True)
    (project / "prompts" / "app_spec.txt").symlink_to(secret)
    assert (await client.get(f"{PROJECTS}/shop/prompts")).status_code == 409
    assert (await client.put(f"{PROJECTS}/shop/prompts", json={"app_spec": "x"})).status_code == 409
    assert secret.read_text() == "key"


async def test_import_makes_a_repository_and_takes_over_the_list(client: httpx.AsyncClient, project: Path) -> None:
    (project / "app.py").write_text("print('hello')\n")
    (project / "feature_list.json").write_text('[{"category":"a","description":"b","steps":[],"passes":true}]')
    answer = await client.post(f"{PROJECTS}/shop/import", json={})
    assert answer.status_code == 200, answer.text
    assert (answer.json()["repository_created"], answer.json()["features_imported"]) == (True, 1)
    assert (await client.get(f"{PROJECTS}/shop/stats")).json()["unproven"] == 1
    again = (await client.post(f"{PROJECTS}/shop/import", json={})).json()
    assert (again["repository_created"], again["features_imported"]) == (False, 0)


async def test_reset_begins_anew_and_keeps_the_old(client: httpx.AsyncClient, project: Path) -> None:
    await client.post(f"{PROJECTS}/shop/features", json={"category": "a", "name": "b"})
    await client.patch(f"{PROJECTS}/shop", json={"proof_policy": "off"})
    exported = (await client.get(f"{PROJECTS}/shop/feature_list.json")).json()
    assert exported == [{"category": "a", "name": "b", "description": "", "steps": [], "passes": False}]
    (project / ".autocoder").mkdir(exist_ok=True)
    (project / ".autocoder" / "feature_list.json").write_text('[{"category":"a","description":"b"}]')
    answer = await client.post(f"{PROJECTS}/shop/reset", json={})
    assert (answer.json()["progress"]["total"], answer.json()["proof_policy"]) == (0, "off")
    assert list((project / ".autocoder" / "backups").glob("features.*.db"))
    assert list((project / ".autocoder" / "backups").glob("feature_list.json.*"))
    assert not (project / ".autocoder" / "feature_list.json").exists()
    assert (await client.get(f"{PROJECTS}/shop/feature_list.json")).json() == []


async def test_neither_reset_nor_renamed_nor_forgotten_while_agents_work(
    client: httpx.AsyncClient, database: Database
) -> None:
    pid = os.getpid()
    start = RunStart(pid=pid, process_started=processes.start_time(pid) or 0.0, model="sonnet", policy="green")
    with database.write() as session:
        runs.start_run(session, start, processes.is_alive)
    assert (await client.post(f"{PROJECTS}/shop/reset", json={})).status_code == 409
    assert (await client.delete(f"{PROJECTS}/shop")).status_code == 409
    assert (await client.patch(f"{PROJECTS}/shop", json={"name": "store"})).status_code == 409
    assert (await client.patch(f"{PROJECTS}/shop", json={"budget_usd": 1})).status_code == 200
    assert (await client.get(f"{PROJECTS}/shop")).json()["status"] == "running"
