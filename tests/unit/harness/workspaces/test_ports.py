import socket
import subprocess
import sys
from pathlib import Path

import pytest

from api.errors import Unavailable
from harness.workspaces.ports import WIDTH, lease_ports

FIRST = 15_400


def test_two_leases_never_share_a_port(tmp_path: Path) -> None:
    one, two = (lease_ports(tmp_path, FIRST) for _ in range(2))
    assert abs(one.base - two.base) >= WIDTH
    assert one.variables == {"PORT": str(one.base), "AUTOCODER_PORT_BASE": str(one.base)}
    one.close()
    three = lease_ports(tmp_path, FIRST)
    assert three.base == one.base
    two.close()
    three.close()


def test_a_range_that_somebody_uses_is_left_alone(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", FIRST + 205))
        other.listen()
        lease = lease_ports(tmp_path, FIRST + 200)
        assert lease.base >= FIRST + 200 + WIDTH
        lease.close()


def test_without_a_free_range_the_remedy_is_said(tmp_path: Path) -> None:
    lease = lease_ports(tmp_path, FIRST + 400, 1)
    with pytest.raises(Unavailable, match="stop other agents"):
        lease_ports(tmp_path, FIRST + 400, 1)
    lease.close()


def test_a_killed_process_holds_nothing(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib; from harness.workspaces.ports import lease_ports; "
        f"print(lease_ports(pathlib.Path(sys.argv[1]), {FIRST + 600}).base, flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        held = int(holder.stdout.readline())
        assert lease_ports(tmp_path, FIRST + 600).base != held
        holder.kill()
        holder.wait()
    again = lease_ports(tmp_path, FIRST + 600)
    assert again.base == held
    again.close()
