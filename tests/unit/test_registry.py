from __future__ import annotations

from pathlib import Path

import pytest

from api.errors import NotFound
from registry import Registry


def test_the_registry_from_the_environment(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    environ = {"AUTOCODER_HOME": str(tmp_path / "home")}
    view = Registry.from_environment(environ).register("shop", tmp_path / "shop", created_by_us=True)
    again = Registry.from_environment(environ)
    assert again.resolve("shop") == view
    assert again.list() == [view]
    assert again.unregister("shop") == view
    with pytest.raises(NotFound):
        again.resolve("shop")
