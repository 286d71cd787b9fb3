"""The classic music features of librosa, exactly, many times faster."""

from clipfeat.audio import Audio, AudioStream, DecodeLimits, Source, decode, load, open_audio
from clipfeat.batch import Extracted, Failed, extract_many
from clipfeat.config import FeatureConfig
from clipfeat.errors import AudioError, AudioReason, ClipfeatError, ConfigError
from clipfeat.framing import split_clips
from clipfeat.kernels import kernel_name
from clipfeat.matrices import extract_logmel, extract_mfcc, extract_musicnn_mel, musicnn_mel_power
from clipfeat.resample import Resampler, resample
from clipfeat.tabular import TABULAR_NAMES, extract_tabular, tabular_names

__version__ = "0.1.0"

__all__ = [
    "TABULAR_NAMES",
    "Audio",
    "AudioError",
    "AudioReason",
    "AudioStream",
    "ClipfeatError",
    "ConfigError",
    "DecodeLimits",
    "Extracted",
    "Failed",
    "FeatureConfig",
    "Resampler",
    "Source",
    "__version__",
    "decode",
    "extract_logmel",
    "extract_many",
    "extract_mfcc",
    "extract_musicnn_mel",
    "extract_tabular",
    "kernel_name",
    "load",
    "musicnn_mel_power",
    "open_audio",
    "resample",
    "split_clips",
    "tabular_names",
]
