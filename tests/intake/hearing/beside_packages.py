"""Packages of recognisers that are not installed here: simulated ones, which keep their manners."""

import sys
from pathlib import Path

import pytest

VOSK = """
import json, os, pathlib
def SetLogLevel(level):
    pass
class Model:
    def __init__(self, model_path=None, model_name=None, lang=None):
        assert model_path is not None and os.path.isabs(model_path)
        if pathlib.Path(model_path, "am/final.mdl").read_text() != "model":
            raise Exception("Failed to create a model")
class KaldiRecognizer:
    def __init__(self, model, rate):
        assert rate == 16000
        self.held = b""
    def AcceptWaveform(self, pcm):
        if b"fail" in pcm:
            raise Exception("Failed to process waveform")
        self.held += pcm
        return pcm.endswith(b".")
    def Result(self):
        said, self.held = self.held, b""
        return json.dumps({"text": said.decode().strip(" .")})
    FinalResult = Result
"""
WHISPER = """
import os, pathlib
class Segment:
    def __init__(self, text):
        self.text = text
class WhisperModel:
    supported_languages = ["en", "de"]
    def __init__(self, path, device, local_files_only):
        assert os.environ["HF_HUB_OFFLINE"] == "1"
        assert local_files_only and device == "cpu" and os.path.isabs(path)
        if pathlib.Path(path, "model.bin").read_text() != "model":
            raise RuntimeError("File model.bin is incomplete")
    def transcribe(self, sound, language, vad_filter, condition_on_previous_text):
        assert vad_filter and not condition_on_previous_text
        if sound.samples == (0.5, -1.0):
            raise RuntimeError("out of memory")
        said = f" {language} {len(sound.samples)} samples."
        return iter([Segment(said), Segment(" And more.")] if sound.samples else []), None
"""
NUMPY = """
import struct
class Array:
    def __init__(self, samples):
        self.samples = tuple(samples)
    def astype(self, kind):
        assert kind == "float32"
        return self
    def __truediv__(self, scale):
        return Array(each / scale for each in self.samples)
def frombuffer(data, dtype):
    assert dtype == "<i2"
    return Array(each for (each,) in struct.iter_unpack("<h", data))
"""


def install(folder: Path, monkeypatch: pytest.MonkeyPatch, **modules: str) -> None:
    """Let each module, by its name, be one that can be imported, until the test ends."""
    for module, source in modules.items():
        (folder / f"{module}.py").write_text(source)
        described = folder / f"{module}-9.9.dist-info"
        described.mkdir()
        name = module.replace("_", "-")
        (described / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 9.9\n")
        monkeypatch.setitem(sys.modules, module, None)  # so that what was there comes back
        del sys.modules[module]
    monkeypatch.syspath_prepend(folder)


def model(folder: Path, *files: str) -> Path:
    """A simulated model: files of the right names."""
    for each in files:
        (folder / each).parent.mkdir(parents=True, exist_ok=True)
        (folder / each).write_text("model")
    return folder
