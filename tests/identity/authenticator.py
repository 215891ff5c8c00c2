"""An authenticator in software that can be told to be wrong in one way at a time."""

import json
import secrets
from dataclasses import dataclass, field
from hashlib import sha256

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

USER_PRESENT, USER_VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Authenticator:
    """One credential on P-256, with a counter."""

    origin: str = "http://localhost"
    rp_id: str = "localhost"
    flags: int = USER_PRESENT | USER_VERIFIED
    count: int = 0
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def create(self, options: str) -> str:
        """Answer creation options, with attestation "none"."""
        public = self.key.public_key().public_numbers()
        cose = {
            1: 2,
            3: -7,
            -1: 1,
            -2: public.x.to_bytes(32, "big"),
            -3: public.y.to_bytes(32, "big"),
        }
        size = len(self.credential_id).to_bytes(2, "big")
        attested = bytes(16) + size + self.credential_id + cbor2.dumps(cose)
        data = self._data(self.flags | ATTESTED) + attested
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", options)
        return self._answer(
            {
                "clientDataJSON": bytes_to_base64url(client),
                "attestationObject": bytes_to_base64url(attestation),
            }
        )

    def get(self, options: str) -> str:
        """Answer request options."""
        if self.count:
            self.count += 1
        client, data = self._client("webauthn.get", options), self._data(self.flags)
        signed = self.key.sign(data + sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            {
                "clientDataJSON": bytes_to_base64url(client),
                "authenticatorData": bytes_to_base64url(data),
                "signature": bytes_to_base64url(signed),
            }
        )

    def _client(self, type_: str, options: str) -> bytes:
        challenge = json.loads(options)["challenge"]
        assert len(base64url_to_bytes(challenge)) == 32
        client = {"type": type_, "challenge": challenge, "origin": self.origin}
        return json.dumps(client).encode()

    def _data(self, flags: int) -> bytes:
        rp_hash = sha256(self.rp_id.encode()).digest()
        return rp_hash + bytes([flags]) + self.count.to_bytes(4, "big")

    def _answer(self, response: dict[str, str]) -> str:
        named = bytes_to_base64url(self.credential_id)
        return json.dumps({"id": named, "rawId": named, "type": "public-key", "response": response})
