"""The same features by librosa 0.11, each of its functions called once."""

import warnings

import numpy as np
from numpy.typing import NDArray

from clipfeat import FeatureConfig


def tabular(samples: NDArray[np.float32], config: FeatureConfig) -> NDArray[np.float64]:
    """The classic columns, "modern" recipe; onsets on the very mel levels of the cepstra, as the table has them."""
    import librosa

    rate, n_fft, hop = config.sample_rate, config.n_fft, config.hop_length
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        spectrum = librosa.stft(samples, n_fft=n_fft, hop_length=hop)
        magnitude = np.abs(spectrum)
        harmonic, percussive = librosa.decompose.hpss(spectrum)
        levels = logmel(samples, config)
        onsets = librosa.onset.onset_strength(S=levels, sr=rate, hop_length=hop, n_fft=n_fft, aggregate=np.median)
        has_onsets = bool(onsets.any())
        curves = [
            librosa.feature.chroma_stft(S=magnitude**2, sr=rate, n_fft=n_fft),
            librosa.feature.rms(y=samples, frame_length=n_fft, hop_length=hop),
            librosa.feature.spectral_centroid(S=magnitude, sr=rate, n_fft=n_fft),
            librosa.feature.spectral_bandwidth(S=magnitude, sr=rate, n_fft=n_fft),
            librosa.feature.spectral_rolloff(S=magnitude, sr=rate, n_fft=n_fft),
            librosa.feature.zero_crossing_rate(samples, frame_length=n_fft, hop_length=hop),
            librosa.istft(harmonic, n_fft=n_fft, hop_length=hop, length=len(samples)),
            librosa.istft(percussive, n_fft=n_fft, hop_length=hop, length=len(samples)),
        ]
        tempo = librosa.feature.tempo(onset_envelope=onsets, sr=rate, hop_length=hop)[0] if has_onsets else 0.0
    cepstra = mfcc(samples, config)
    values = [moment for curve in curves for moment in _moments(curve)]
    return np.array([*values, tempo, *(moment for row in cepstra for moment in _moments(row))])


def logmel(samples: NDArray[np.float32], config: FeatureConfig) -> NDArray[np.float32]:
    """Mel levels in dB."""
    import librosa

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        power = librosa.feature.melspectrogram(
            y=samples,
            sr=config.sample_rate,
            n_fft=config.n_fft,
            hop_length=config.hop_length,
            n_mels=config.n_mels,
        )
    return librosa.power_to_db(power)


def mfcc(samples: NDArray[np.float32], config: FeatureConfig) -> NDArray[np.float32]:
    """Cepstral coefficients."""
    import librosa

    return librosa.feature.mfcc(S=logmel(samples, config), sr=config.sample_rate, n_mfcc=config.n_mfcc)


def _moments(values: NDArray[np.floating]) -> tuple[float, float]:
    return float(values.mean(dtype=np.float64)), float(values.var(dtype=np.float64))
