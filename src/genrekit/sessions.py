"""ONNX graphs ready to run: the only importer of onnxruntime."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import onnxruntime

# Rewriters that walk the whole graph to find nothing worth while in ours: without them the backbone loads in half
# the time and runs as fast, on the one rewriter that counts, the blocked layout of convolutions.
_IDLE_REWRITERS: Final = [
    "CommonSubexpressionElimination",
    "ConstantFolding",
    "ConstantSharing",
    "ConvActivationFusion",
    "GemmActivationFusion",
    "Level1_RuleBasedTransformer",
]


def open_session(model: bytes) -> onnxruntime.InferenceSession:
    """A session on one CPU thread; its ``run`` may be shared by threads.

    One thread, because callers run files side by side, and because a sum in another order is another number.

    Args:
        model: a serialised ``onnx.ModelProto``.
    """
    import onnxruntime  # noqa: PLC0415 - a quarter of a second that `--help` need not pay

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(
        model, options, providers=["CPUExecutionProvider"], disabled_optimizers=_IDLE_REWRITERS
    )
