"""How the package compiles its loops, and a store that bypasses the caches."""

from collections.abc import Callable
from typing import Any

import numba
from llvmlite import ir
from numba import types
from numba.extending import intrinsic


def compiled(*, parallel: bool = False, alone: bool = False) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Compile a function with numba when it is first called, without any relaxation of floating-point rules.

    Parameters
    ----------
    parallel : bool
        Whether `numba.prange` loops run on numba's threads (`NUMBA_NUM_THREADS`, `numba.set_num_threads`). Functions
        that are neither parallel nor alone are written into their callers: a call with its arrays costs as much as a
        row of ages.
    alone : bool
        Whether the function lets other threads of Python run meanwhile: several may then run at once.

    Returns
    -------
    callable
        The decorator.

    Notes
    -----
    The machine code is kept on disk: next to the module, else in the user's cache directory, or where `NUMBA_CACHE_DIR`
    says. Where none of them can be written, it is kept for the process only. numba renews it when the module of the
    function changes, not when a function that it calls changes in another module.
    """
    options: dict[str, Any] = {"parallel": parallel, "nogil": alone, "error_model": "numpy"}
    options["forceinline"] = not (parallel or alone)

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        try:
            made: Callable[..., Any] = numba.njit(cache=True, **options)(function)
        except RuntimeError:  # numba: "no locator available"
            made = numba.njit(**options)(function)
        return made

    return decorate


def inner(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function that compiled ones of its module call, once for all of them: quick to compile."""
    options: dict[str, Any] = {"error_model": "numpy", "no_cpython_wrapper": True}
    made: Callable[..., Any] = numba.njit(**options)(function)
    return made


@intrinsic
def stream(typingctx, array, at, value):  # type: ignore[no-untyped-def]
    """`array[at] = value` for a one-dimensional array, written to memory without first reading it into a cache.

    A plain store first fetches the line that it is about to overwrite, which doubles the traffic of a large result;
    `numpy.copyto` avoids it in the same way. The value is visible to other threads after the parallel loop.
    """

    def codegen(context, builder, signature, args):  # type: ignore[no-untyped-def]
        data = context.make_array(signature.args[0])(context, builder, args[0]).data
        # Stored as an integer of the same width: the form of this store that every x86-64 has.
        bits = ir.IntType(signature.args[2].bitwidth)
        place = builder.bitcast(builder.gep(data, [args[1]]), bits.as_pointer())
        store = builder.store(builder.bitcast(args[2], bits), place, align=bits.width // 8)
        store.set_metadata("nontemporal", builder.module.add_metadata([ir.Constant(ir.IntType(32), 1)]))
        return context.get_dummy_value()

    return types.none(array, types.intp, array.dtype), codegen
