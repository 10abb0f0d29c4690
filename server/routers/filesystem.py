"""`/api/filesystem`: the folder browser of the new-project wizard."""

from __future__ import annotations

from pathlib import Path as FilePath
from typing import Annotated

from fastapi import APIRouter, Query

from server.deps import SettingsDep
from server.errors import error_responses
from server.schemas import Directory, HomeDirectory, PathCheck, PathInput
from server.services import folders

router = APIRouter(prefix="/api/filesystem", tags=["filesystem"], responses=error_responses(403, 404, 422))


@router.get("/home", operation_id="getHomeDirectory")
def home() -> HomeDirectory:
    """The user's home, where browsing begins."""
    return HomeDirectory(path=FilePath.home())


@router.get("/list", operation_id="listDirectory")
def list_directory(path: Annotated[str, Query(max_length=4_096)] = "~") -> Directory:
    """The folders in a folder."""
    return folders.list_folder(folders.resolve(path))


@router.post("/create-directory", status_code=201, operation_id="createDirectory", responses=error_responses(409))
def create_directory(wanted: PathInput) -> Directory:
    """Make one folder; what is in it (nothing)."""
    return folders.create_folder(folders.resolve(wanted.path))


@router.post("/validate", operation_id="checkPath")
def validate(wanted: PathInput, settings: SettingsDep) -> PathCheck:
    """Whether a folder can hold a project, and why not."""
    path = folders.resolve(wanted.path)
    return folders.check_for_project(path, home=settings.home, install_folder=settings.install_folder)
