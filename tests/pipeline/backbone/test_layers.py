"""Layers read from a checkpoint, with what can be folded folded in."""

from __future__ import annotations

import numpy as np
import pytest

from genrekit.pipeline.backbone.layers import BANKS, read_bank, read_norm, same_padding
from tests.pipeline.backbone.plain import norm, random_variables


def test_a_norm_is_one_scale_and_one_offset() -> None:
    variables = random_variables(1)
    folded = read_norm(variables, "batch_normalization_3")
    values = np.random.default_rng(0).standard_normal((5, 51))
    expected = norm(variables, "batch_normalization_3", values)
    np.testing.assert_allclose(values * folded.scale + folded.offset, expected, rtol=1e-12)


@pytest.mark.parametrize("spec", BANKS, ids=lambda spec: spec.layer)
def test_a_bank_holds_the_channels_net_by_net(spec) -> None:
    nets = [random_variables(1), random_variables(2)]
    both = read_bank(nets, spec)
    alone = [read_bank([net], spec) for net in nets]
    np.testing.assert_array_equal(both.kernel, np.concatenate([bank.kernel for bank in alone]))
    np.testing.assert_array_equal(both.bias, np.concatenate([bank.bias for bank in alone]))
    np.testing.assert_array_equal(both.edge, np.concatenate([bank.edge for bank in alone]))


def test_filters_turn_where_the_norm_falls() -> None:
    variables = random_variables(3)
    bank = read_bank([variables], BANKS[0])
    np.testing.assert_array_equal(bank.sign, np.where(variables["batch_normalization_1/gamma"] < 0, -1, 1))
    scale = read_norm(variables, "batch_normalization").scale
    kernel = variables["conv2d/kernel"][:, :, 0, :].transpose(2, 0, 1)
    np.testing.assert_allclose(bank.kernel, kernel * (scale * bank.sign)[:, None, None])


@pytest.mark.parametrize(("taps", "padding"), [(7, (3, 3)), (128, (63, 64)), (64, (31, 32)), (32, (15, 16))])
def test_an_even_kernel_has_the_longer_padding_after(taps: int, padding: tuple[int, int]) -> None:
    assert same_padding(taps) == padding


def test_idle_channels_fill_a_bank_up_and_say_nothing() -> None:
    bank = read_bank([random_variables(1), random_variables(2)], BANKS[2])
    filled = bank.filled(8)
    assert (bank.sign.size, filled.sign.size) == (102, 104)
    assert filled.channels == bank.channels == 51
    np.testing.assert_array_equal(filled.kernel[:102], bank.kernel)
    for idle in (filled.kernel, filled.edge, filled.bias, filled.norm.scale, filled.norm.offset):
        assert not idle[102:].any()
