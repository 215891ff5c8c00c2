"""What a browser is asked for, and whether its answer is right: WebAuthn, pure but for the library.

The library's defaults would let an authenticator skip verifying its user; here that is required in
the options *and* in what comes back. Attestation is not asked for: a household's authenticators
need no maker's certificate. Answers are untrusted to the last byte.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.exceptions import UnsupportedAlgorithm
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, parse_client_data_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from bailee.identity.settings import Settings

_MOST_BYTES = 64 * 1024
# What the library lets through of a response that was made to break it.
_MALFORMED = (
    WebAuthnException,
    UnsupportedAlgorithm,
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    IndexError,
    OverflowError,
    RecursionError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A browser's answer, read just far enough to know what it claims to answer."""

    credential: dict[str, object]
    credential_id: bytes
    challenge: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """A verified new credential."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


def parse_answer(body: str) -> Answer | None:
    """Read what the browser's ``toJSON()`` gave; None when it is no such thing."""
    if len(body) > _MOST_BYTES:
        return None
    try:
        credential = json.loads(body)
        client_data = base64url_to_bytes(credential["response"]["clientDataJSON"])
        return Answer(
            credential=credential,
            credential_id=base64url_to_bytes(credential["rawId"]),
            challenge=parse_client_data_json(client_data).challenge,
        )
    except _MALFORMED:
        return None


def registration_options(
    settings: Settings, *, user_id: bytes, name: str, known: Iterable[bytes], challenge: bytes
) -> str:
    """JSON for ``parseCreationOptionsFromJSON``. The passkey can be found without a name.

    Args:
        settings: Whose domain.
        user_id: Opaque; the authenticator keeps it beside the key.
        name: What the person signs in with; shown on their own devices.
        known: Ids of the credentials they have: an authenticator makes no second one.
        challenge: 32 fresh bytes.
    """
    return options_to_json(
        generate_registration_options(
            rp_id=settings.rp_id,
            rp_name=settings.service,
            user_id=user_id,
            user_name=name,
            user_display_name=name,
            challenge=challenge,
            timeout=settings.challenge_ms,
            exclude_credentials=[PublicKeyCredentialDescriptor(id=each) for each in known],
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
        )
    )


def authentication_options(settings: Settings, challenge: bytes) -> str:
    """JSON for ``parseRequestOptionsFromJSON``. It names no credential, and so nobody."""
    return options_to_json(
        generate_authentication_options(
            rp_id=settings.rp_id,
            challenge=challenge,
            timeout=settings.challenge_ms,
            user_verification=UserVerificationRequirement.REQUIRED,
        )
    )


def verified_registration(settings: Settings, answer: Answer) -> Registered | None:
    """The new credential; None unless everything about *answer* is right."""
    try:
        verified = verify_registration_response(
            credential=answer.credential,
            expected_challenge=answer.challenge,
            expected_rp_id=settings.rp_id,
            expected_origin=list(settings.origins),
            require_user_verification=True,
        )
    except _MALFORMED:
        return None
    return Registered(
        credential_id=verified.credential_id,
        public_key=verified.credential_public_key,
        sign_count=verified.sign_count,
    )


def verified_count(settings: Settings, public_key: bytes, answer: Answer) -> int | None:
    """The authenticator's counter; None unless everything about *answer* is right.

    The library is told that the counter stood at 0, so that one which ran backwards in an answer
    that is otherwise genuine is for `Passkeys.count` to see and to tell.
    """
    try:
        verified = verify_authentication_response(
            credential=answer.credential,
            expected_challenge=answer.challenge,
            expected_rp_id=settings.rp_id,
            expected_origin=list(settings.origins),
            credential_public_key=public_key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except _MALFORMED:
        return None
    return verified.new_sign_count
