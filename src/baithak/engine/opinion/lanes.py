"""Short fixed-length sums in vector instructions, for use inside numba kernels.

numba's loops over a few dozen numbers are unrolled before they can be vectorised, and since it
must assume that arrays overlap they then stay scalar. These two operations are written in vector
form from the start: some five times faster, and always summed in the same fixed order. They work on
any processor (LLVM splits the vectors where it must).

``dot(a, ao, b, bo, length)``: inner product of ``a[ao:ao+length]`` and ``b[bo:bo+length]``.
``axpy(y, yo, x, xo, s, length)``: ``y[yo:yo+length] += s * x[xo:xo+length]``.

Arrays are one-dimensional and contiguous; ``a``, ``b`` and ``x`` float32, ``y`` float32 or float64;
``length`` is a constant, a multiple of ``LANES``. Nothing is checked.

numba does not see this file when it looks whether its cached kernels are out of date: after a change
here, change the kernels' file too or empty its ``__pycache__``.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic
from numba.np.arrayobj import make_array

__all__ = ["LANES", "axpy", "dot"]

LANES = 8
_SINGLE, _DOUBLE, _COUNT = ir.FloatType(), ir.DoubleType(), ir.IntType(32)
_FUSED = ("contract",)


def _start(context: Any, builder: Any, kind: Any, value: Any, offset: Any) -> Any:
    return builder.gep(make_array(kind)(context, builder, value).data, [offset])


def _at(builder: Any, start: Any, block: int, kind: Any) -> Any:
    place = builder.gep(start, [ir.Constant(ir.IntType(64), block * LANES)])
    return builder.bitcast(place, ir.VectorType(kind, LANES).as_pointer())


def _load(builder: Any, start: Any, block: int, kind: Any) -> Any:
    return builder.load(_at(builder, start, block, kind), align=4)


def _pick(builder: Any, vector: Any, places: list[int]) -> Any:
    mask = ir.Constant(ir.VectorType(_COUNT, len(places)), places)
    return builder.shuffle_vector(vector, ir.Constant(vector.type, ir.Undefined), mask)


def _blocks(length: Any) -> int | None:
    if not isinstance(length, types.IntegerLiteral) or length.literal_value % LANES:
        return None
    return int(length.literal_value // LANES)


@intrinsic(prefer_literal=True)
def dot(typingctx, a, ao, b, bo, length):  # type: ignore[no-untyped-def]
    """Inner product (see the module)."""
    blocks = _blocks(length)
    if not blocks:
        return None

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        left = _start(context, builder, signature.args[0], args[0], args[1])
        right = _start(context, builder, signature.args[2], args[2], args[3])
        total = None
        for k in range(blocks):
            x, y = _load(builder, left, k, _SINGLE), _load(builder, right, k, _SINGLE)
            product = builder.fmul(x, y, flags=_FUSED)
            total = product if total is None else builder.fadd(total, product, flags=_FUSED)
        size = LANES
        while size > 1:  # add the upper half of the lanes to the lower
            size //= 2
            low = _pick(builder, total, list(range(size)))
            high = _pick(builder, total, list(range(size, 2 * size)))
            total = builder.fadd(low, high)
        return builder.extract_element(total, ir.Constant(_COUNT, 0))

    return types.float32(a, types.int64, b, types.int64, length), codegen


@intrinsic(prefer_literal=True)
def axpy(typingctx, y, yo, x, xo, s, length):  # type: ignore[no-untyped-def]
    """Add a multiple of one stretch to another (see the module)."""
    blocks = _blocks(length)
    if not blocks:
        return None
    wide = y.dtype == types.float64

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        kind = _DOUBLE if wide else _SINGLE
        onto = _start(context, builder, signature.args[0], args[0], args[1])
        source = _start(context, builder, signature.args[2], args[2], args[3])
        empty = ir.Constant(ir.VectorType(_SINGLE, LANES), ir.Undefined)
        first = builder.insert_element(empty, args[4], ir.Constant(_COUNT, 0))
        factor = _pick(builder, first, [0] * LANES)
        for k in range(blocks):
            product = builder.fmul(_load(builder, source, k, _SINGLE), factor, flags=_FUSED)
            if wide:
                product = builder.fpext(product, ir.VectorType(_DOUBLE, LANES))
            old = _load(builder, onto, k, kind)
            place = _at(builder, onto, k, kind)
            builder.store(builder.fadd(old, product, flags=_FUSED), place, align=4)
        return context.get_dummy_value()

    return types.void(y, types.int64, x, types.int64, types.float32, length), codegen
