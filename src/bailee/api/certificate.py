"""By which names a certificate lets a server go."""

from pathlib import Path

from cryptography import x509

from bailee.errors import InputError


def names_in(chain: Path) -> tuple[str, ...]:
    """The names, then the addresses, of the first certificate in *chain* (RFC 5280 §4.2.1.6).

    Raises:
        InputError: There is no certificate in it, or one without a name.
    """
    try:
        leaf = x509.load_pem_x509_certificates(chain.read_bytes())[0]
        found = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (OSError, ValueError, x509.ExtensionNotFound) as error:
        raise InputError(
            f"{chain} holds no certificate that names a server.",
            hint="Make one with `bailee tls`, or give the chain in PEM.",
        ) from error
    names = found.get_values_for_type(x509.DNSName)
    addresses = [str(each) for each in found.get_values_for_type(x509.IPAddress)]
    usable = tuple(each for each in (*names, *addresses) if not each.startswith("*"))
    if not usable:
        raise InputError(
            f"{chain} names no server that people could type.", hint="Say it with --origin."
        )
    return usable
