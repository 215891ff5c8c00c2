"""How a phone, a browser and a machine come to trust the house's authority."""

from pathlib import Path


def how_to_trust(authority: Path) -> list[str]:
    """What to do on each, in the words of its menus."""
    return [
        "Take that file to each device, once. It is no secret; what matters is that it is this",
        "one: compare the fingerprint where the device shows it.",
        "",
        "iPhone, iPad",
        "  Open the file. Settings > General > VPN & Device Management: install the profile.",
        "  Settings > General > About > Certificate Trust Settings: turn it on.",
        "Android",
        "  Settings > Security & privacy > More security & privacy > Encryption & credentials >",
        "  Install a certificate > CA certificate: choose the file.",
        "  Firefox there, too: Settings > About Firefox: tap the logo five times. Then Settings >",
        "  Secret Settings: use third party CA certificates.",
        "Firefox, on a computer",
        "  Settings > Privacy & Security > Certificates > View Certificates > Authorities >",
        "  Import: choose the file, and tick that it may identify websites.",
        "Chrome, on a computer",
        "  Settings > Privacy and security > Security > Manage certificates > Custom >",
        "  Trusted Certificates > Import: choose the file.",
        "Debian and Ubuntu, for curl and other programs",
        f"  sudo cp {authority} /usr/local/share/ca-certificates/bailee.crt",
        "  sudo update-ca-certificates",
    ]
