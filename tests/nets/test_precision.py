"""bfloat16 on request, or if the processor multiplies in it; order in memory."""

import pytest
import torch

from mvacourse.nets.precision import _vendor, autocast, has_bfloat16, memory_format


@pytest.mark.parametrize(
    ("precision", "dtype"), [("float32", torch.float32), ("bfloat16", torch.bfloat16)]
)
def test_a_product_has_the_precision_asked_for(precision, dtype):
    a = torch.ones(2, 2)
    with autocast(precision, "cpu")():
        assert (a @ a).dtype == dtype


def test_auto_follows_the_processor_and_leaves_double_alone(monkeypatch):
    a = torch.ones(2, 2)
    for able, expected in ((True, torch.bfloat16), (False, torch.float32)):
        monkeypatch.setattr("mvacourse.nets.precision.has_bfloat16", lambda device, able=able: able)
        with autocast("auto", "cpu")():
            assert (a @ a).dtype == expected
        with autocast("auto", "cpu", torch.float64)():
            assert (a.double() @ a.double()).dtype == torch.float64


def test_the_answer_for_this_processor_is_yes_or_no():
    assert isinstance(has_bfloat16("cpu"), bool)


@pytest.mark.parametrize(
    ("amx", "avx512", "vendor", "expected"),
    [
        (True, True, "GenuineIntel", True),
        (False, True, "GenuineIntel", False),  # it has the instruction, but float32 is faster
        (False, True, "AuthenticAMD", True),
        (False, False, "AuthenticAMD", False),
        (False, True, "", False),
    ],
)
def test_bfloat16_is_taken_where_it_is_faster(monkeypatch, amx, avx512, vendor, expected):
    monkeypatch.setattr("torch.cpu._is_amx_tile_supported", lambda: amx)
    monkeypatch.setattr("torch.cpu._is_avx512_bf16_supported", lambda: avx512)
    monkeypatch.setattr("mvacourse.nets.precision._vendor", lambda: vendor)
    assert has_bfloat16("cpu") is expected


def test_the_vendor_is_read_where_it_is_told(monkeypatch):
    _vendor.cache_clear()
    text = "processor : 0\nvendor_id\t: AuthenticAMD\nmodel : 17\n"
    monkeypatch.setattr("pathlib.Path.read_text", lambda *a, **k: text)
    assert _vendor() == "AuthenticAMD"
    _vendor.cache_clear()
    monkeypatch.setattr("pathlib.Path.read_text", lambda *a, **k: "processor : 0")
    monkeypatch.setattr("platform.processor", lambda: "AMD64 Family 25, AuthenticAMD")
    assert _vendor() == "AuthenticAMD"
    _vendor.cache_clear()


def test_another_word_is_refused():
    with pytest.raises(ValueError, match="precision = 'half'"):
        autocast("half", "cpu")


@pytest.mark.parametrize(
    ("capability", "expected"),
    [
        ("AVX2", torch.contiguous_format),
        ("DEFAULT", torch.contiguous_format),
        ("AVX512", torch.channels_last),
    ],
)
def test_channels_lie_innermost_where_that_is_fast(monkeypatch, capability, expected):
    monkeypatch.setattr("torch.backends.cpu.get_cpu_capability", lambda: capability)
    assert memory_format("cpu") is expected
    assert memory_format("cuda") is torch.channels_last
    assert memory_format("mps") is torch.contiguous_format
