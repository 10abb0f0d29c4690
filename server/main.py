"""Puts the application together. `create_app` only assembles; what takes long to import is loaded beside the start."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import Any

from fastapi import FastAPI
from starlette.types import ASGIApp

from server.api_document import describe
from server.errors import install_handlers
from server.guard import MOST_BODY, Guard, Rules
from server.loading import Loading, Prepare, WaitForBackend
from server.routers import health
from server.settings import VERSION, Settings
from server.ui_files import UiFiles


class ControlPlane(FastAPI):
    """The guard is around everything, also around the answer to an unexpected error."""

    def build_middleware_stack(self) -> ASGIApp:
        """Starlette's stack, guarded."""
        return Guard(super().build_middleware_stack(), Rules.of(self.state.settings))

    def openapi(self) -> dict[str, Any]:  # Any: FastAPI's own signature
        """The OpenAPI document."""
        return describe(self)


def create_app(settings: Settings, prepare: Prepare | None = None) -> FastAPI:
    """The server for `settings`. Everything it holds is opened with its lifespan, or with the first request.

    What takes long and has to come before that is done by `prepare`, while the web app is served already.
    """
    app = ControlPlane(
        title="AutoCoder",
        version=VERSION,
        description="A backlog that coding agents can only turn green by proof.",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        max_body_size=MOST_BODY,
        telemetry={"tracing": False, "metrics": False},
        lifespan=_lifespan,
    )
    app.state.settings = settings
    app.state.loading = Loading(app, prepare)
    install_handlers(app)
    app.include_router(health.router)
    app.router.default = UiFiles(settings.ui_folder)
    app.add_middleware(WaitForBackend, loading=app.state.loading)
    return app


@contextlib.asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    loading: Loading = app.state.loading
    loading.start()
    yield
    await loading.end()
