"""Signing in: who is there, proven twice, and nobody's account taken over (R-25).

    identity = Identity(settings=Settings(rp_id="home.example"), database=database, sealer=sealer,
                        clock=SystemClock(), notify=notify, trace=trace)
    invitation = identity.enrolment.invite(person_id, account_id)
    here = Client(address="192.0.2.7", description="Firefox on Linux")
    entered = identity.enrolment.accept(invitation, "ana@home.example", "four quiet words", here)
    uri = identity.factors.begin_totp(entered.token)        # show it; the app answers with a code
    added = identity.factors.confirm_totp(entered.token, code, here)  # added.codes: shown once
    session = identity.authenticate(added.entered.token)

No web framework is known here: doors translate requests into these calls and errors into answers.
"""

from bailee.identity.changes import Added
from bailee.identity.enrolment import Enrolment, Invitation
from bailee.identity.entering import Entered
from bailee.identity.errors import (
    FactorRefusedError,
    LastFactorError,
    PasswordRefusedError,
    SignInError,
    StepUpError,
    TogetherError,
    TooManyError,
)
from bailee.identity.factors import OwnFactors
from bailee.identity.guard import Allowed, Guard, Together, Wait
from bailee.identity.house import Identity
from bailee.identity.own_password import ResetAsked
from bailee.identity.passkey_door import Asked
from bailee.identity.passkeys import Passkey
from bailee.identity.sessions import Shown
from bailee.identity.settings import Settings
from bailee.identity.sign_in import Begun
from bailee.identity.token import csrf_of, is_csrf
from bailee.identity.tokens import Listed, Made

__all__ = [
    "Added",
    "Allowed",
    "Asked",
    "Begun",
    "Enrolment",
    "Entered",
    "FactorRefusedError",
    "Guard",
    "Identity",
    "Invitation",
    "LastFactorError",
    "Listed",
    "Made",
    "OwnFactors",
    "Passkey",
    "PasswordRefusedError",
    "ResetAsked",
    "Settings",
    "Shown",
    "SignInError",
    "StepUpError",
    "Together",
    "TogetherError",
    "TooManyError",
    "Wait",
    "csrf_of",
    "is_csrf",
]
