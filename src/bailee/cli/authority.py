"""A certificate authority of the house, and the certificate of its server (RFC 5280).

The authority can vouch for nothing but the names it was made for, what is under them, and private
addresses: name constraints, marked critical. Whoever stole its key could pass for this server to
the devices that trust it, and for no bank.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from bailee.errors import ConflictError, InputError

AUTHORITY_DAYS = 3650
SERVER_DAYS = 397
"""What browsers take at most (CA/Browser Forum baseline requirements 6.3.2)."""
_EARLIER = timedelta(hours=1)
"""A phone whose clock is a little behind takes it too."""
PRIVATE = tuple(
    ip_network(each)
    for each in (
        "10.0.0.0/8",  # RFC 1918
        "172.16.0.0/12",
        "192.168.0.0/16",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "fc00::/7",  # RFC 4193
        "fe80::/10",
        "::1/128",
    )
)
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")

Address = IPv4Address | IPv6Address
Key = ec.EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """By which names and addresses a server is reached; at least one of either."""

    names: tuple[str, ...]
    addresses: tuple[Address, ...]

    def alternatives(self) -> x509.SubjectAlternativeName:
        """Names first: the first one is the server's."""
        names = [x509.DNSName(each) for each in self.names]
        return x509.SubjectAlternativeName(
            [*names, *(x509.IPAddress(each) for each in self.addresses)]
        )


def parse_place(names: Sequence[str], addresses: Sequence[str]) -> Place:
    """What was typed, checked.

    Raises:
        InputError: A name or an address is none, or an address is not one of a home's network.
    """
    return Place(
        names=tuple(dict.fromkeys(_name(each) for each in names)),
        addresses=tuple(dict.fromkeys(_address(each) for each in addresses)),
    )


def _name(text: str) -> str:
    try:
        name = text.strip().rstrip(".").encode("idna").decode().lower()
    except UnicodeError:
        name = ""
    if len(name) > 253 or not all(_LABEL.fullmatch(each) for each in name.split(".")):
        raise InputError("--name is no name of a server.", hint="Write it like home.lan.")
    if name.replace(".", "").isdecimal():
        raise InputError("--name looks like an address.", hint="Give it with --address.")
    return name


def _address(text: str) -> Address:
    try:
        address = ip_address(text.strip())
    except ValueError as error:
        raise InputError(
            "--address is no address.", hint="Write it like 192.168.1.5 or fd00::5."
        ) from error
    if not any(address in each for each in PRIVATE if each.version == address.version):
        raise InputError(
            "--address is not one of a home's own network.",
            hint="For a public address use a certificate of a public authority.",
        )
    return address


def place_of(server: x509.Certificate) -> Place:
    """By which names and addresses a certificate lets a server go."""
    found = server.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return Place(
        names=tuple(found.get_values_for_type(x509.DNSName)),
        addresses=tuple(
            each
            for each in found.get_values_for_type(x509.IPAddress)
            if isinstance(each, IPv4Address | IPv6Address)
        ),
    )


def new_key() -> Key:
    """On the curve that every phone knows (NIST P-256)."""
    return ec.generate_private_key(ec.SECP256R1())


# -- certificates ---------------------------------------------------------------------------


def new_authority(key: Key, place: Place, now: datetime) -> x509.Certificate:
    """A root that may vouch for *place* and private addresses, for ten years."""
    called = place.names[0] if place.names else str(place.addresses[0])
    name = _called(f"bailee of {called}"[:64])
    return (
        _begun(name, name, key.public_key(), now - _EARLIER, now + timedelta(days=AUTHORITY_DAYS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(_constraints(place.names), critical=True)
        .sign(key, hashes.SHA256())
    )


def new_server(
    authority: x509.Certificate, authority_key: Key, key: Key, place: Place, now: datetime
) -> x509.Certificate:
    """The server's certificate, for at most `SERVER_DAYS` and no longer than the authority's.

    Raises:
        ConflictError: The authority may not vouch for *place*, or its time is over.
    """
    require_within(authority, place)
    begin = now - _EARLIER
    end = min(begin + timedelta(days=SERVER_DAYS), authority.not_valid_after_utc)
    if end <= now:
        raise ConflictError("The time of the house's authority is over.", hint=_ANEW)
    called = place.names[0] if place.names else str(place.addresses[0])
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key())
    return (
        _begun(_called(called[:64]), authority.subject, key.public_key(), begin, end)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(issuer, critical=False)
        .add_extension(place.alternatives(), critical=False)
        .sign(authority_key, hashes.SHA256())
    )


_ANEW = "Make another with `bailee tls --anew`; every device has to trust it anew."


def require_within(authority: x509.Certificate, place: Place) -> None:
    """Raise `ConflictError` unless *authority* may vouch for every name of *place*."""
    found = authority.extensions.get_extension_for_class(x509.NameConstraints).value
    permitted = [
        each.value for each in found.permitted_subtrees or [] if isinstance(each, x509.DNSName)
    ]
    for name in place.names:
        if not any(name == each or name.endswith(f".{each}") for each in permitted):
            raise ConflictError(
                f"The house's authority was not made for {name}.",
                hint=_ANEW,
            )


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 of it, as phones and browsers show it: pairs of digits, 32 of them."""
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def _called(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _begun(
    subject: x509.Name,
    issuer: x509.Name,
    public: ec.EllipticCurvePublicKey,
    begin: datetime,
    end: datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _constraints(names: Sequence[str]) -> x509.NameConstraints:
    """The names, and private addresses. Where there is no name at all, no name is permitted."""
    networks: list[IPv4Network | IPv6Network] = list(PRIVATE)
    permitted: list[x509.GeneralName] = [x509.DNSName(each) for each in names]
    permitted += [x509.IPAddress(each) for each in networks]
    # RFC 5280 §4.2.1.10: a kind of name without a permitted subtree is not limited at all.
    nothing = [] if names else [x509.DNSName("invalid")]
    return x509.NameConstraints(permitted_subtrees=[*permitted, *nothing], excluded_subtrees=None)
