"""The closed words of the ledger, in the words of people: what each act of each type says."""

from collections.abc import Mapping

from bailee.types.consent import ConsentAct
from bailee.types.scope import Scope
from bailee.types.sign_in import SignInEvent


def _(text: str) -> str:
    """A text, marked for the catalogue."""
    return text


REFUSED: Mapping[str, str] = {
    "release": _("wanted to open something, and was refused"),
    "view": _("wanted to see something, and was refused"),
    "hear": _("wanted to hear something, and was refused"),
    "download": _("wanted to take a copy, and was refused"),
    "live": _("wanted to watch live, and was refused"),
    "list": _("wanted to know what there is, and was refused"),
    "share": _("wanted to share something, and was refused"),
    "admit": _("wanted to let somebody in, and was refused"),
    "entrust": _("wanted to change an owner, and was refused"),
    "deposit": _("wanted to hand something in, and was refused"),
    "erase": _("wanted to have something forgotten, and was refused"),
    "erase-all": _("wanted to have everything forgotten, and was refused"),
    "retain": _("wanted to change how long something is kept, and was refused"),
    "reassign": _("wanted to give a recording to somebody else, and was refused"),
    "consent": _("wanted to say yes for somebody, and was refused"),
    "withdraw": _("wanted to take a consent back, and was refused"),
    "administer": _("wanted to change the household, and was refused"),
    "hold": _("wanted to lay a legal hold, and was refused"),
    "train": _("wanted to train a model, and was refused"),
    "review": _("wanted to review something, and was refused"),
    "late": _("handed in something of a time that is forgotten, and was refused"),
    "unkept": _("handed in something that is not kept, and was refused"),
}
WHOLES: Mapping[str, str] = {
    "person": _("had a person forgotten, name and all"),
    "device": _("had a device forgotten, name and all"),
    "account": _("had the whole household forgotten"),
}
OUTCOMES: Mapping[str, str] = {
    "erased": _("what was forgotten is cleaned up and read back"),
    "not found": _("there was nothing to forget"),
    "held": _("a part stays, because a legal hold covers it"),
    "unreachable": _("a part could not be reached yet; it is tried again"),
    "claimed by a third party": _("somebody outside claims a part of it"),
}
SCOPES: Mapping[Scope, str] = {
    Scope.USE: _("recording at home"),
    Scope.DISCLOSE: _("sharing outside the household"),
    Scope.TRAIN: _("training models"),
    Scope.REVIEW: _("people looking at recordings"),
    Scope.LAW_ENFORCEMENT: _("handing recordings to the police"),
}
CONSENTS: Mapping[str, str] = {
    ConsentAct.GIVEN: _("said yes for %(who)s: %(scope)s"),
    ConsentAct.WITHDRAWN: _("took their yes back: %(scope)s"),
    ConsentAct.REVOKED: _("took a yes back for %(who)s: %(scope)s"),
}
MEMBERS: Mapping[str, str] = {
    "invited": _("invited %(who)s, as %(role)s"),
    "joined": _("joined, as %(role)s"),
    "changed": _("changed the part of %(who)s: %(role)s"),
    "ended": _("ended the part of %(who)s"),
}
GUARDIANS: Mapping[str, str] = {
    "named": _("named %(who)s as parent or guardian of %(child)s"),
    "verified": _("vouched for %(who)s as parent or guardian of %(child)s"),
    "ended": _("ended that %(who)s is parent or guardian of %(child)s"),
}
DEVICES: Mapping[str, str] = {
    "added": _("added the device %(device)s"),
    "changed": _("changed the name or room of %(device)s"),
    "revoked": _("let %(device)s record no more"),
}
ENDPOINTS: Mapping[str, str] = {
    "set": _("let %(device)s listen, and take its voice for %(who)s"),
    "ended": _("let %(device)s listen no more"),
}
SIGNED_IN: Mapping[str, str] = {
    SignInEvent.ENTERED: _("%(who)s signed in"),
    SignInEvent.ENDED: _("A session of %(who)s ended"),
    SignInEvent.INVITED: _("%(who)s got an invitation to sign in"),
    SignInEvent.ENROLLED: _("%(who)s set up signing in"),
    SignInEvent.STEPPED_UP: _("%(who)s showed their second factor again"),
    SignInEvent.PASSWORD_CHANGED: _("%(who)s changed the password"),
    SignInEvent.FACTOR_ADDED: _("%(who)s added a way to sign in"),
    SignInEvent.FACTOR_REMOVED: _("%(who)s removed a way to sign in"),
    SignInEvent.RECOVERY_MADE: _("%(who)s made new recovery codes"),
    SignInEvent.RECOVERY_USED: _("%(who)s used a recovery code"),
    SignInEvent.RESET_ASKED: _("Somebody asked to set the password of %(who)s anew"),
    SignInEvent.RESET_CANCELLED: _("%(who)s stopped that the password is set anew"),
    SignInEvent.NEW_DEVICE: _("%(who)s signed in on a new device"),
    SignInEvent.CONCURRENT: _("%(who)s signed in at two places at once"),
    SignInEvent.PASSWORD_USED: _("Somebody had the password of %(who)s, but no second factor"),
    SignInEvent.ATTEMPTS_REFUSED: _("Too many attempts with the name of %(who)s were refused"),
    SignInEvent.PASSKEY_CLONED: _("A passkey of %(who)s may have been copied"),
    SignInEvent.TOKEN_MADE: _("A token was made for a device"),
    SignInEvent.TOKEN_ROTATED: _("A device changed its token"),
    SignInEvent.TOKEN_REVOKED: _("A token of a device was ended"),
}
