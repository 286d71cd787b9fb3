"""Settings, far from each other, under which the features are compared with librosa."""

from clipfeat import FeatureConfig

CONFIGS = {
    "default": FeatureConfig(),
    "telephone": FeatureConfig(sample_rate=8000, n_fft=1024, hop_length=256, n_mels=64, n_mfcc=13),
    "odd_sizes": FeatureConfig(sample_rate=16000, n_fft=500, hop_length=77, n_mels=40, n_mfcc=20),
    "wide": FeatureConfig(sample_rate=44100, n_fft=4096, hop_length=1000),
}
OF_ALL_CONFIGS = ("music", "noise", "half_silent", "noise_of_5000")
