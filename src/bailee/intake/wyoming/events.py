"""The protocol's own words, from the package of those who keep it."""

import warnings

with warnings.catch_warnings():
    # It imports `audioop`, which goes with Python 3.13, and has one of its own for then.
    warnings.simplefilter("ignore", DeprecationWarning)
    from wyoming.asr import Transcribe, Transcript
    from wyoming.audio import AudioChunk, AudioStart, AudioStop
    from wyoming.error import Error
    from wyoming.event import Event
    from wyoming.handle import Handled, NotHandled
    from wyoming.info import (
        AsrModel,
        AsrProgram,
        Attribution,
        Describe,
        HandleModel,
        HandleProgram,
        Info,
    )
    from wyoming.ping import Ping, Pong
    from wyoming.pipeline import PipelineStage, RunPipeline
    from wyoming.satellite import PauseSatellite, RunSatellite
    from wyoming.snd import Played
    from wyoming.tts import Synthesize, SynthesizeVoice
    from wyoming.vad import VoiceStarted, VoiceStopped

__all__ = [
    "AsrModel",
    "AsrProgram",
    "Attribution",
    "AudioChunk",
    "AudioStart",
    "AudioStop",
    "Describe",
    "Error",
    "Event",
    "HandleModel",
    "HandleProgram",
    "Handled",
    "Info",
    "NotHandled",
    "PauseSatellite",
    "Ping",
    "PipelineStage",
    "Played",
    "Pong",
    "RunPipeline",
    "RunSatellite",
    "Synthesize",
    "SynthesizeVoice",
    "Transcribe",
    "Transcript",
    "VoiceStarted",
    "VoiceStopped",
]
