"""Where the certificates of a house lie: in the folder `tls` of its vault, for its user alone.

`authority.pem` goes to every device and holds no secret. `authority.key` could pass for this
server to them. `server.pem` is what `bailee serve --tls` shows, `server.key` its key.
"""

from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bailee.cli.authority import Key, new_key
from bailee.errors import EvidenceError
from bailee.store import files
from bailee.store.files import on_disk


@dataclass(frozen=True, slots=True)
class TlsFolder:
    """The four files. Certificates are replaced whole; a key is written once and stays."""

    path: Path

    @property
    def authority(self) -> Path:
        return self.path / "authority.pem"

    @property
    def authority_key(self) -> Path:
        return self.path / "authority.key"

    @property
    def server(self) -> Path:
        return self.path / "server.pem"

    @property
    def server_key(self) -> Path:
        return self.path / "server.key"

    def make(self) -> None:
        """Make the folder. A crash leaves it empty."""
        with on_disk(str(self.path)):
            files.make_folders(self.path)

    def clear(self) -> None:
        """Take everything away, certificates first: what is left by a crash is made anew."""
        with on_disk(str(self.path)):
            for each in (self.server, self.authority, self.server_key, self.authority_key):
                files.remove(each)
            files.sync_folder(self.path)

    def key(self, path: Path) -> Key:
        """The key in *path*, made if there is none. A crash leaves none, or a whole one.

        Raises:
            EvidenceError: There is one that cannot be read.
        """
        if not path.is_file():
            _write_key(path, new_key())
        with on_disk(str(path)):
            raw = path.read_bytes()
        try:
            found = serialization.load_pem_private_key(raw, password=None)
        except ValueError:
            found = None
        if not isinstance(found, ec.EllipticCurvePrivateKey):
            raise EvidenceError(f"{path} is no key of bailee's.", hint=_DAMAGED)
        return found

    def certificate(self, path: Path, key: Key) -> x509.Certificate | None:
        """The first certificate in *path*; None if there is none, or it is of another key.

        Raises:
            EvidenceError: It cannot be read.
        """
        if not path.is_file():
            return None
        with on_disk(str(path)):
            raw = path.read_bytes()
        try:
            found = x509.load_pem_x509_certificates(raw)[0]
        except ValueError as error:
            raise EvidenceError(f"{path} is no certificate.", hint=_DAMAGED) from error
        return found if found.public_key() == key.public_key() else None

    def write(self, path: Path, *chain: x509.Certificate) -> None:
        """Put certificates in place at once. A crash leaves the old ones or the new ones."""
        with on_disk(str(path)):
            files.replace(path, [each.public_bytes(serialization.Encoding.PEM) for each in chain])


_DAMAGED = "Make everything anew with `bailee tls --anew`; every device has to trust it anew."


def _write_key(path: Path, key: Key) -> None:
    """Under another name first, so that no crash leaves a part of it under its own.

    There is no older key whose bytes would stay on the disk: it is written once.
    """
    raw = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    with on_disk(str(path)):
        files.replace(path, [raw])
