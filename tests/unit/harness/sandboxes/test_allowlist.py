"""Which hosts a place may reach."""

from __future__ import annotations

import ipaddress

import pytest

from api.errors import InvalidInput
from harness.sandboxes.allowlist import Allowlist, as_address, is_public, normalise


@pytest.mark.parametrize(
    ("entry", "host", "port", "permitted"),
    [
        ("pypi.org", "pypi.org", 443, True),
        ("pypi.org", "pypi.org", 80, True),
        ("PyPI.org", "pypi.org", 443, True),
        ("pypi.org", "pypi.org", 22, False),
        ("pypi.org", "x.pypi.org", 443, False),
        ("pypi.org", "notpypi.org", 443, False),
        ("*.pypi.org", "x.pypi.org", 443, True),
        ("*.pypi.org", "y.x.pypi.org", 443, True),
        ("*.pypi.org", "pypi.org", 443, False),
        ("*.pypi.org", "notpypi.org", 443, False),
        ("registry:8081", "registry", 8081, True),
        ("registry:8081", "registry", 443, False),
        ("127.0.0.1:8081", "127.0.0.1", 8081, True),
        ("127.0.0.1:8081", "127.0.0.1", 8082, False),
        ("127.0.0.1", "127.0.0.1", 443, True),
        ("127.0.0.1", "127.0.0.1", 22, False),
        ("10.0.0.0/8", "10.2.3.4", 443, True),
        ("10.0.0.0/8", "11.2.3.4", 443, False),
        ("[::1]:8081", "::1", 8081, True),
        ("::1", "::1", 443, True),
        ("127.0.0.1", "::ffff:127.0.0.1", 443, True),
        ("pypi.org", "151.101.0.223", 443, False),
        ("0.0.0.0/0", "pypi.org", 443, False),
    ],
)
def test_what_an_entry_permits(entry: str, host: str, port: int, permitted: bool) -> None:
    assert (Allowlist([entry]).objection(host, port) == "") is permitted


def test_a_wrong_port_is_told_from_a_wrong_host() -> None:
    allowlist = Allowlist(["pypi.org", "registry:8081"])
    assert "port 22" in allowlist.objection("pypi.org", 22)
    assert "port 443" in allowlist.objection("registry", 443)
    assert "this host" in allowlist.objection("example.org", 443)


@pytest.mark.parametrize(
    "entry", ["", "http://pypi.org", "pypi.org/simple", "a b", "*", "*.", "-x.org", "x.org:0", "x.org:70000", "ä.org"]
)
def test_an_entry_that_names_no_host_is_refused(entry: str) -> None:
    with pytest.raises(InvalidInput, match="names no host"):
        Allowlist([entry])


@pytest.mark.parametrize(
    "address",
    [
        *(
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
        ),
        *("::1", "::", "fe80::1", "fc00::1", "ff02::1", "255.255.255.255"),
        *("::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:7f00:1::80ff:fffe"),
    ],
)
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700::1111", "64:ff9b::101:101"])
def test_addresses_that_are_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


def test_a_name_with_a_private_address_needs_the_address_listed_too() -> None:
    private = ipaddress.ip_address("10.0.0.5")
    assert "put 10.0.0.5 on the list" in Allowlist(["registry.corp"]).objection_to_address(private, 443)
    assert Allowlist(["registry.corp", "10.0.0.0/24"]).objection_to_address(private, 443) == ""
    assert Allowlist(["registry.corp:8443", "10.0.0.5"]).objection_to_address(private, 8443) == ""
    assert Allowlist(["registry.corp", "10.0.0.5:8443"]).objection_to_address(private, 443) != ""
    assert Allowlist(["pypi.org"]).objection_to_address(ipaddress.ip_address("1.1.1.1"), 443) == ""


@pytest.mark.parametrize(
    ("host", "normal"),
    [
        ("PyPI.org.", "pypi.org"),
        ("[::1]", "::1"),
        ("0:0::1", "::1"),
        ("::ffff:1.2.3.4", "1.2.3.4"),
        ("*.pypi.org", ""),
        ("a\r\nb", ""),
        ("x" * 300, ""),
        ("", ""),
    ],
)
def test_one_spelling(host: str, normal: str) -> None:
    assert normalise(host) == normal


def test_names_are_no_addresses() -> None:
    assert as_address("localhost") is None
