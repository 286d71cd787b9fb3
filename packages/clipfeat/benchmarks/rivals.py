"""What clipfeat is measured against. A library that is not installed gives a reason instead of a function."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from clip import RATE
from numpy.typing import NDArray

__all__ = ["Rival", "lean_librosa", "librosa_matrices", "rivals"]

Samples = NDArray[np.float32]


@dataclass(frozen=True)
class Rival:
    """A way to the same features: `what` it computes, and the function, or why there is none."""

    name: str
    what: str
    run: Callable[[Samples], object] | None
    reason: str = ""


def lean_librosa(samples: Samples) -> list[float]:
    """The 57 columns with each function of librosa called once, on one shared transform."""
    import librosa

    spectrum = librosa.stft(samples)
    magnitude = np.abs(spectrum)
    power = magnitude**2
    harmonic, percussive = librosa.decompose.hpss(spectrum)
    levels = librosa.power_to_db(librosa.feature.melspectrogram(S=power, sr=RATE))
    onsets = librosa.onset.onset_strength(S=levels, sr=RATE, aggregate=np.median)
    centroid = librosa.feature.spectral_centroid(S=magnitude, sr=RATE)
    curves = [
        librosa.feature.chroma_stft(S=power, sr=RATE),
        librosa.feature.rms(y=samples),
        centroid,
        librosa.feature.spectral_bandwidth(S=magnitude, sr=RATE, centroid=centroid),
        librosa.feature.spectral_rolloff(S=magnitude, sr=RATE),
        librosa.feature.zero_crossing_rate(samples),
        librosa.istft(harmonic, length=len(samples)),
        librosa.istft(percussive, length=len(samples)),
        *librosa.feature.mfcc(S=levels, n_mfcc=20),
    ]
    tempo, _ = librosa.beat.beat_track(onset_envelope=onsets, sr=RATE)
    return [float(np.ravel(tempo)[0]), *(float(value) for curve in curves for value in (curve.mean(), curve.var()))]


def naive_librosa(samples: Samples) -> list[float]:
    """The 57 columns as the package feat-extractor asks for them: everything from the samples, for each moment anew."""
    import librosa

    functions: list[Callable[[], NDArray[np.floating]]] = [
        lambda: librosa.feature.chroma_stft(y=samples, sr=RATE),
        lambda: librosa.feature.rms(y=samples),
        lambda: librosa.feature.spectral_centroid(y=samples, sr=RATE),
        lambda: librosa.feature.spectral_bandwidth(y=samples, sr=RATE),
        lambda: librosa.feature.spectral_rolloff(y=samples, sr=RATE),
        lambda: librosa.feature.zero_crossing_rate(samples),
    ]
    values = [float(moment) for f in functions for moment in (f().mean(), f().var())]
    harmonic = librosa.effects.harmonic(samples)
    values += [harmonic.mean(), harmonic.var()]
    values += [librosa.effects.percussive(samples).mean(), librosa.effects.percussive(samples).var()]
    tempo, _ = librosa.beat.beat_track(y=samples, sr=RATE)
    coefficients = librosa.feature.mfcc(y=samples, sr=RATE, n_mfcc=20)
    return [*values, float(np.ravel(tempo)[0]), *coefficients.mean(axis=1), *coefficients.var(axis=1)]


def librosa_matrices() -> dict[str, Callable[[Samples], object]]:
    """The three matrices by librosa; samples at 22050 Hz, of which MusiCNN's front end takes 16 kHz."""
    import librosa

    def mel(samples: Samples) -> NDArray[np.float32]:
        levels: NDArray[np.float32] = librosa.power_to_db(librosa.feature.melspectrogram(y=samples, sr=RATE))
        return levels

    def short_mel(samples: Samples) -> object:
        power = librosa.feature.melspectrogram(y=samples, sr=16000, n_fft=512, hop_length=256, n_mels=96)
        return np.log10(1 + 10000 * power).T

    return {
        "log-mel": mel,
        "MFCC": lambda samples: librosa.feature.mfcc(S=mel(samples), n_mfcc=20),
        "MusiCNN": short_mel,
    }


def _essentia_set() -> Callable[[Samples], object]:
    """The frame features of essentia that answer to the columns, and a tempo; it has no harmonic separation."""
    import essentia
    from essentia import standard

    essentia.log.infoActive = False
    window, spectrum = standard.Windowing(type="hann", size=2048), standard.Spectrum(size=2048)
    per_spectrum = [
        standard.Centroid(range=RATE / 2),
        standard.RollOff(sampleRate=RATE),
        standard.CentralMoments(range=RATE / 2),
    ]
    cepstra = standard.MFCC(
        inputSize=1025, sampleRate=RATE, numberBands=128, numberCoefficients=20, highFrequencyBound=RATE / 2
    )
    peaks, pitch_classes = standard.SpectralPeaks(sampleRate=RATE), standard.HPCP(sampleRate=RATE)
    per_frame = [standard.RMS(), standard.ZeroCrossingRate()]
    tempo = standard.PercivalBpmEstimator(sampleRate=RATE)

    def run(samples: Samples) -> object:
        rows = []
        for frame in standard.FrameGenerator(samples, frameSize=2048, hopSize=512):
            magnitude = spectrum(window(frame))
            values = [np.ravel(f(magnitude)) for f in per_spectrum] + [np.ravel(f(frame)) for f in per_frame]
            rows.append(np.concatenate([*values, cepstra(magnitude)[1], pitch_classes(*peaks(magnitude))]))
        table = np.array(rows)
        return table.mean(axis=0), table.var(axis=0), tempo(samples)

    return run


def _opensmile_set() -> Callable[[Samples], object]:
    """OpenSMILE's nearest published set, eGeMAPS v2: 88 functionals of other, partly dearer, features."""
    import opensmile

    extractor = opensmile.Smile(
        feature_set=opensmile.FeatureSet.eGeMAPSv02, feature_level=opensmile.FeatureLevel.Functionals
    )
    return lambda samples: extractor.process_signal(samples, RATE)


_CANDIDATES: tuple[tuple[str, str, str, Callable[[], Callable[[Samples], object]]], ...] = (
    ("librosa, lean", "librosa", "the 57 columns, each function once, one shared transform", lambda: lean_librosa),
    ("librosa, naive", "librosa", "the 57 columns, as feat-extractor calls them", lambda: naive_librosa),
    ("essentia", "essentia", "its equivalents, without harmonic and percussive", _essentia_set),
    ("openSMILE", "opensmile", "another set: eGeMAPS v2, 88 values", _opensmile_set),
)


def rivals() -> list[Rival]:
    """All rivals, with a reason where one is not installed."""
    found = []
    for name, module, what, make in _CANDIDATES:
        try:
            version = getattr(importlib.import_module(module), "__version__", "")
        except ImportError as error:
            found.append(Rival(name, what, None, f"not installed ({error})"))
        else:
            found.append(Rival(f"{name} {version}".strip(), what, make()))
    return found
