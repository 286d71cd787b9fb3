"""The pretrained MusiCNN nets: read from their published checkpoints, rebuilt as one ONNX graph."""
