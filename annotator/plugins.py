"""Collect what the modules of a package offer: a tool, a format or a check is one file with one constant."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from functools import cache


@cache
def offers(package: str, constant: str) -> tuple[object, ...]:
    """Import every module of `package` and return the values of `constant` in those that have it, in order of module name."""
    found = importlib.import_module(package)
    modules = (importlib.import_module(f"{package}.{entry.name}") for entry in pkgutil.iter_modules(found.__path__))
    return tuple(getattr(module, constant) for module in modules if hasattr(module, constant))


@cache
def offer(package: str, name: str, constant: str) -> object | None:
    """Import the one module of `package` that is called like `name` (hyphens as underscores) and return its constant; None without one."""
    module = f"{package}.{name.replace('-', '_')}"
    if importlib.util.find_spec(module) is None:
        return None
    return getattr(importlib.import_module(module), constant, None)
