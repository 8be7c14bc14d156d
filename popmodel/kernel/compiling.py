"""How the package compiles its loops, and a store that bypasses the caches."""

from collections.abc import Callable
from typing import Any, TypeVar

import numba
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

F = TypeVar("F", bound=Callable[..., Any])


def compiled(*, parallel: bool = False) -> Callable[[F], F]:
    """Compile a function with numba when it is first called, without any relaxation of floating-point rules.

    Parameters
    ----------
    parallel : bool
        Whether `numba.prange` loops run on numba's threads (`NUMBA_NUM_THREADS`, `numba.set_num_threads`).

    Returns
    -------
    callable
        The decorator.

    Notes
    -----
    The machine code is kept on disk: next to the module, else in the user's cache directory, or where `NUMBA_CACHE_DIR`
    says. Where none of them can be written, it is kept for the process only.
    """

    def decorate(function: F) -> F:
        try:
            return numba.njit(cache=True, parallel=parallel, error_model="numpy")(function)  # type: ignore[no-any-return]
        except RuntimeError:  # numba: "no locator available"
            return numba.njit(parallel=parallel, error_model="numpy")(function)  # type: ignore[no-any-return]

    return decorate


@intrinsic
def stream(typingctx, array, at, value):  # type: ignore[no-untyped-def]
    """`array[at] = value` for a one-dimensional array, written to memory without first reading it into a cache.

    A plain store first fetches the line that it is about to overwrite, which doubles the traffic of a large result;
    `numpy.copyto` avoids it in the same way. The value is visible to other threads after the parallel loop.
    """

    def codegen(context, builder, signature, args):  # type: ignore[no-untyped-def]
        data = context.make_array(signature.args[0])(context, builder, args[0]).data
        width = signature.args[2].bitwidth // 8
        store = builder.store(args[2], builder.gep(data, [args[1]]), align=width)
        store.set_metadata("nontemporal", builder.module.add_metadata([ir.Constant(ir.IntType(32), 1)]))
        return context.get_dummy_value()

    return types.none(array, types.intp, array.dtype), codegen
