"""What happened around signing in, in words; and those of the rooms below, for the catalogue."""

from collections.abc import Mapping

from bailee.types.sign_in import Factor, SignInEvent
from bailee.web.words import Words


def _(text: str) -> str:
    """A text, marked for the catalogue."""
    return text


_EVENTS: Mapping[SignInEvent, str] = {
    SignInEvent.ENTERED: _("You signed in"),
    SignInEvent.ENDED: _("A session was ended"),
    SignInEvent.INVITED: _("You were invited to set up how you sign in"),
    SignInEvent.ENROLLED: _("You took up your invitation"),
    SignInEvent.STEPPED_UP: _("You proved once more that it is you"),
    SignInEvent.PASSWORD_CHANGED: _("Your password was changed"),
    SignInEvent.FACTOR_ADDED: _("A way to prove that it is you was added"),
    SignInEvent.FACTOR_REMOVED: _("A way to prove that it is you was removed"),
    SignInEvent.RECOVERY_MADE: _("New recovery codes were made"),
    SignInEvent.RECOVERY_USED: _("A recovery code was used"),
    SignInEvent.RESET_ASKED: _("Somebody began to set your password anew"),
    SignInEvent.RESET_CANCELLED: _("Setting your password anew was stopped"),
    SignInEvent.NEW_DEVICE: _("You signed in on a device that was not known"),
    SignInEvent.CONCURRENT: _("You signed in somewhere else too"),
    SignInEvent.PASSWORD_USED: _("Somebody gave your right password, and no second proof"),
    SignInEvent.ATTEMPTS_REFUSED: _("Somebody tried to sign in as you, and was not let"),
    SignInEvent.PASSKEY_CLONED: _("A copy of a passkey of yours was refused"),
    SignInEvent.TOKEN_MADE: _("A device was given a token"),
    SignInEvent.TOKEN_ROTATED: _("A device changed its token"),
    SignInEvent.TOKEN_REVOKED: _("A device's token was ended"),
}
_FACTORS: Mapping[Factor, str] = {
    Factor.PASSWORD: _("password"),
    Factor.PASSKEY: _("passkey"),
    Factor.TOTP: _("authenticator app"),
    Factor.RECOVERY: _("recovery code"),
    Factor.INVITATION: "",
}
OF_THE_ROOMS = (
    _("A password has 8 to 256 characters."),
    _("Three or four words that only you would put together are good."),
    _("This password is your name, your address or the name of this service."),
    _("Choose one that nobody who knows you would try."),
    _("This password is on a list of passwords that leaked elsewhere."),
    _("Attackers try those first. Choose one that you use nowhere else."),
    _("This name cannot be used here."),
    _("Choose another one to sign in with."),
    _("A name to sign in with has 1 to 254 characters."),
    _("An e-mail address is a good one."),
    _("The second factor was not set up: what was sent does not prove that it works."),
    _("Check the clock of the device, begin the set-up again, and confirm it at once."),
    _("This passkey is set up already."),
    _("Use it to sign in."),
    _("There can be 20 passkeys."),
    _("Remove one you do not use."),
    _("A passkey's name has 1 to 60 characters."),
    _("Such as “my phone”."),
    _("This is your last second factor."),
    _("Set up another one first, then remove it."),
    _("There were too many attempts."),
    _("Somebody of that name is in the household already."),
    _("That is no address that messages can go to."),
    _("8 channels are enough."),
    _("Remove one first."),
)
"""What `identity` and `household` say of a form; a test holds them together."""


def event_words(words: Words, event: str) -> str:
    """An event of the ledger."""
    return words.gettext(_EVENTS[SignInEvent(event)])


def factor_words(words: Words, factor: str) -> str:
    """What somebody proved; "" where the event says it all."""
    return words.gettext(_FACTORS[Factor(factor)])
