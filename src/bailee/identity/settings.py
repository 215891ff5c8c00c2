"""What a deployment may choose about signing in."""

from dataclasses import dataclass
from pathlib import Path

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every figure has a default that holds for a household; times are milliseconds.

    Attributes:
        service: What the service calls itself, in authenticators and in refused passwords.
        rp_id: The domain passkeys belong to (WebAuthn §5.1.2); a change orphans them all.
        origins: Exact origins, scheme and port included, that may sign in.
        second_factor: Whether everybody needs one. Off, a password alone opens a session for
            those who never set one up.
        argon2_passes: Argon2id's time cost (RFC 9106 §3.1).
        argon2_memory_kib: Its memory.
        argon2_lanes: Its parallelism.
        argon2_at_once: How many hashes run at the same time in this process.
        breached_file: SHA-1 hashes in the sorted ``HASH:count`` form; None for the bundled alone.
        idle_ms: A session unused for so long ends.
        session_ms: A session ends so long after it began, used or not.
        step_up_ms: How long a step-up counts.
        reset_delay_ms: How long a reset by recovery code waits, so that its owner can stop it.
    """

    service: str = "bailee"
    rp_id: str = "localhost"
    origins: tuple[str, ...] = ("http://localhost",)
    second_factor: bool = True
    argon2_passes: int = 3
    argon2_memory_kib: int = 65_536
    argon2_lanes: int = 4
    argon2_at_once: int = 4
    breached_file: Path | None = None
    idle_ms: int = 7 * DAY_MS
    session_ms: int = 30 * DAY_MS
    enrol_ms: int = HOUR_MS
    pending_ms: int = 5 * MINUTE_MS
    challenge_ms: int = 5 * MINUTE_MS
    step_up_ms: int = 5 * MINUTE_MS
    invitation_ms: int = 7 * DAY_MS
    known_device_ms: int = 365 * DAY_MS
    reset_delay_ms: int = DAY_MS
    reset_open_ms: int = DAY_MS
    token_overlap_ms: int = DAY_MS
