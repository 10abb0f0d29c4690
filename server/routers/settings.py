"""`/api/settings`: how this installation is set up. Secrets are never sent, only whether they are there."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter

from agent.credentials import find_credentials
from agent.options import DEFAULT_MODEL
from api.errors import Unavailable
from server.deps import SettingsDep
from server.schemas import InstallationSettings, Model, Models
from server.settings import VERSION

ALIASES = {"sonnet": "Claude Sonnet", "opus": "Claude Opus", "haiku": "Claude Haiku"}

router = APIRouter(prefix="/api/settings", tags=["settings"])


@router.get("", operation_id="getSettings")
def get_settings(settings: SettingsDep) -> InstallationSettings:
    """What the environment and `.env` say."""
    return InstallationSettings(
        version=VERSION,
        home=settings.home,
        demo=settings.demo,
        allow_remote=settings.allow_remote,
        sign_in=settings.sign_in is not None,
        log_level=settings.log_level,
        provider=_provider(settings.agent_environment),
        webhook=bool(settings.agent_environment.get("PROGRESS_N8N_WEBHOOK_URL")),
        models=_replaced(settings.agent_environment),
    )


@router.get("/models", operation_id="listModels")
def list_models(settings: SettingsDep) -> Models:
    """The models to choose from: aliases, which the CLI or a compatible service gives a meaning."""
    replaced = _replaced(settings.agent_environment)
    models = [Model(id=alias, name=replaced.get(alias, f"{name} (newest)")) for alias, name in ALIASES.items()]
    return Models(models=models, default=DEFAULT_MODEL)


def _replaced(environ: Mapping[str, str]) -> dict[str, str]:
    names = {alias: environ.get(f"ANTHROPIC_DEFAULT_{alias.upper()}_MODEL", "").strip() for alias in ALIASES}
    return {alias: name for alias, name in names.items() if name}


def _provider(environ: Mapping[str, str]) -> str:
    try:
        found = find_credentials(environ)
    except Unavailable:
        return "none"
    return "subscription" if found.subscription else found.provider.get("ANTHROPIC_BASE_URL", "anthropic")
