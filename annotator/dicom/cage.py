"""Keep the decoding process in bounds: memory, processor time, no files written.  Called by that process on itself, before each frame.

POSIX: resource limits.  Windows: a job object that the process puts itself into (Microsoft, “Job Objects”); the time of a job counts from
when it is set, so that each frame has its own.  What goes beyond is ended by the system, which the program sees as a worker that died.
The limits are against bombs and runaway decoders; a decoder that is taken over could lift them again.
"""

from __future__ import annotations

import ctypes
import sys
from functools import cache
from typing import Any

SECONDS = 20
"""Processor time that one frame may take."""
SPARE_MEMORY = 512 * 2**20
MOST_MEMORY = 1536 * 2**20
_JOB_TIME, _ACTIVE_PROCESS, _PROCESS_MEMORY, _DIE_ON_UNHANDLED, _KILL_ON_CLOSE = 0x4, 0x8, 0x100, 0x400, 0x2000
_EXTENDED_LIMITS = 9
"""JobObjectExtendedLimitInformation, of JOBOBJECTINFOCLASS."""


def allowance(values: int) -> int:
    """Return how many bytes a frame of so many values may take beside what the process has already."""
    return min(SPARE_MEMORY + 16 * values, MOST_MEMORY)


def limit_resources(values: int) -> None:
    """Allow this process what a frame of so many values can need."""
    if sys.platform == "win32":
        _limit_job(values)
    else:
        _limit_posix(values)


if sys.platform != "win32":

    def _limit_posix(values: int) -> None:
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        _lower(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + SECONDS)
        _lower(resource.RLIMIT_CORE, 0)
        _lower(resource.RLIMIT_FSIZE, 0)
        try:
            with open("/proc/self/statm", "rb") as file:
                mapped = int(file.read().split()[0]) * resource.getpagesize()
        except OSError:  # macOS tells nothing there, and does not hold this limit
            return
        _lower(resource.RLIMIT_AS, mapped + allowance(values))

    def _lower(kind: int, soft: int) -> None:
        import resource

        hard = resource.getrlimit(kind)[1]
        resource.setrlimit(kind, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


class BasicLimits(ctypes.Structure):
    """JOBOBJECT_BASIC_LIMIT_INFORMATION (winnt.h); times in 100 ns."""

    _fields_ = [
        ("PerProcessUserTimeLimit", ctypes.c_int64),
        ("PerJobUserTimeLimit", ctypes.c_int64),
        ("LimitFlags", ctypes.c_uint32),
        ("MinimumWorkingSetSize", ctypes.c_size_t),
        ("MaximumWorkingSetSize", ctypes.c_size_t),
        ("ActiveProcessLimit", ctypes.c_uint32),
        ("Affinity", ctypes.c_size_t),
        ("PriorityClass", ctypes.c_uint32),
        ("SchedulingClass", ctypes.c_uint32),
    ]


class ExtendedLimits(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION (winnt.h)."""

    _fields_ = [
        ("BasicLimitInformation", BasicLimits),
        ("IoInfo", ctypes.c_uint64 * 6),
        ("ProcessMemoryLimit", ctypes.c_size_t),
        ("JobMemoryLimit", ctypes.c_size_t),
        ("PeakProcessMemoryUsed", ctypes.c_size_t),
        ("PeakJobMemoryUsed", ctypes.c_size_t),
    ]


class MemoryCounters(ctypes.Structure):
    """PROCESS_MEMORY_COUNTERS (psapi.h)."""

    _fields_ = [
        ("cb", ctypes.c_uint32),
        ("PageFaultCount", ctypes.c_uint32),
        *((name, ctypes.c_size_t) for name in (
            "PeakWorkingSetSize", "WorkingSetSize", "QuotaPeakPagedPoolUsage", "QuotaPagedPoolUsage", "QuotaPeakNonPagedPoolUsage",
            "QuotaNonPagedPoolUsage", "PagefileUsage", "PeakPagefileUsage",
        )),
    ]  # fmt: skip


def job_limits(committed: int, values: int) -> ExtendedLimits:
    """Return the limits of a job whose one process has so many bytes committed and decodes a frame of so many values."""
    limits = ExtendedLimits()
    basic = limits.BasicLimitInformation
    basic.LimitFlags = _JOB_TIME | _ACTIVE_PROCESS | _PROCESS_MEMORY | _DIE_ON_UNHANDLED | _KILL_ON_CLOSE
    basic.PerJobUserTimeLimit = SECONDS * 10_000_000
    basic.ActiveProcessLimit = 1
    limits.ProcessMemoryLimit = committed + allowance(values)
    return limits


if sys.platform == "win32":

    @cache
    def _kernel() -> Any:
        found = ctypes.WinDLL("kernel32", use_last_error=True)
        for name in ("CreateJobObjectW", "GetCurrentProcess"):
            getattr(found, name).restype = ctypes.c_void_p
        return found

    @cache
    def _job() -> int | None:
        """The job that this process is in from now on; None where the system does not let it."""
        kernel = _kernel()
        job = kernel.CreateJobObjectW(None, None)
        if not job or not kernel.AssignProcessToJobObject(ctypes.c_void_p(job), ctypes.c_void_p(kernel.GetCurrentProcess())):
            return None
        return int(job)

    def _limit_job(values: int) -> None:
        job, counters = _job(), MemoryCounters()
        counters.cb = ctypes.sizeof(counters)
        kernel = _kernel()
        if job is None or not kernel.K32GetProcessMemoryInfo(
            ctypes.c_void_p(kernel.GetCurrentProcess()), ctypes.byref(counters), counters.cb
        ):
            return
        limits = job_limits(counters.PagefileUsage, values)
        kernel.SetInformationJobObject(ctypes.c_void_p(job), _EXTENDED_LIMITS, ctypes.byref(limits), ctypes.sizeof(limits))
