"""A filter of system calls for a place: what no program that is being built needs, and namespaces do not hold.

Namespaces do not cover everything a process can ask of the kernel: AF_VSOCK sockets reach the hypervisor's host from
any network namespace, the keyrings of the session come along, and io_uring, bpf and their like are where kernels are
broken. A refused call fails with EPERM. The filter is classic BPF, as seccomp(2) takes it.
"""

from __future__ import annotations

import errno
import struct
from collections.abc import Mapping, Sequence

LOAD, JUMP_EQUAL, JUMP_AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16  # offsets in struct seccomp_data
ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM
X32 = 0x40000000  # marks the calls of a second, unfiltered table on x86_64
FAMILIES = (0, 1, 2, 10, 16)  # unspecified, unix, inet, inet6, netlink (which only lists interfaces here)


# For each machine as uname calls it: AUDIT_ARCH_*, the number of socket(2), and the column of REFUSED.
MACHINES: Mapping[str, tuple[int, int, int]] = {"x86_64": (0xC000003E, 41, 0), "aarch64": (0xC00000B7, 198, 1)}
REFUSED: Mapping[str, tuple[int, int]] = {
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "setns": (308, 268),
    "open_by_handle_at": (304, 265),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "syslog": (103, 116),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "adjtimex": (159, 171),
}


def seccomp_filter(machine: str) -> bytes:
    """The filter for `machine` as uname calls it; KeyError for one whose calls are not known here."""
    architecture, socket, column = MACHINES[machine]
    refused = [numbers[column] for numbers in REFUSED.values()]
    # Jumps are counted from the instruction after; the last two are ALLOW and REFUSE.
    length = 4 + (machine == "x86_64") + len(refused) + 2 + len(FAMILIES) + 1 + 2
    program: list[bytes] = []

    def add(code: int, value: int, then: str = "next", otherwise: str = "next") -> None:
        here = len(program)
        to = {"next": 0, "skip": 1, "allow": length - 3 - here, "refuse": length - 2 - here}
        program.append(struct.pack("HBBI", code, to[then], to[otherwise], value))

    add(LOAD, ARCHITECTURE)
    add(JUMP_EQUAL, architecture, "skip")
    add(RETURN, REFUSE)  # a program for another machine: its calls have other numbers
    add(LOAD, NUMBER)
    if machine == "x86_64":
        add(JUMP_AT_LEAST, X32, "refuse")
    for number in refused:
        add(JUMP_EQUAL, number, "refuse")
    add(JUMP_EQUAL, socket, "next", "allow")
    add(LOAD, FIRST_ARGUMENT)
    for family in FAMILIES:
        add(JUMP_EQUAL, family, "allow")
    add(RETURN, REFUSE)
    add(RETURN, ALLOW)
    add(RETURN, REFUSE)
    return b"".join(program)


def instructions(program: bytes) -> Sequence[tuple[int, int, int, int]]:
    """A filter taken apart: code, two jumps, value."""
    return list(struct.iter_unpack("HBBI", program))
