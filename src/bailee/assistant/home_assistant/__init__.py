"""What is not the assistant's own to answer goes on to Home Assistant's conversation.

What is said leaves bailee here: so it is asked only where the household wants it, and never with a
child's words in the audio exception (R-11). Of what comes back only the words to say are read.

    at = parse_address("https://homeassistant.local:8123", authority=Path("house.pem"))
    token = read_token(Path("/etc/bailee/home-assistant.token"))
    hand_on = HomeAssistant(at=at, token=token, clock=SystemClock(), failed=print)
    hand_on("turn on the light", "en")     # "Turned on the light", or None
"""

from bailee.assistant.home_assistant.address import Address, parse_address, read_token
from bailee.assistant.home_assistant.asking import MOST_BYTES, Failure
from bailee.assistant.home_assistant.conversation import GOES_ON_MS, PATIENCE_S, HomeAssistant

__all__ = [
    "GOES_ON_MS",
    "MOST_BYTES",
    "PATIENCE_S",
    "Address",
    "Failure",
    "HomeAssistant",
    "parse_address",
    "read_token",
]
