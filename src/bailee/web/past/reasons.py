"""Why something was opened or refused, in plain words: the gate's policies and the purposes.

A deployment's own policies say what stands above them in Cedar (`Event.why`).
"""

import re
from collections.abc import Mapping

from bailee.types.purpose import Purpose
from bailee.web.words import Words


def _(text: str) -> str:
    """A text, marked for the catalogue."""
    return text


_CITED = re.compile(r"\s*\([^()]*(?:R-\d|CFR|OA |OR )[^()]*\)\s*$")

POLICIES: Mapping[str, str] = {
    "members-only": _("Nobody reaches into a household that they do not belong to."),
    "no-strangers": _("Whoever has no part in the household is a stranger to it."),
    "operator-at-the-machine": _("Who runs the vault does so at the machine itself."),
    "barred-network": _("Their network was shut out after too many attempts."),
    "owners-make-owners": _("Only an owner makes another, or ends an owner's part."),
    "parental-consent": _("Nothing of a child's is opened without a parent's yes."),
    "child-asks-a-parent": _("A child asks a parent for this."),
    "use-ended": _("They had ended the use of what is theirs; they alone may open it."),
    "disclose-needs-consent": _("Nothing goes to somebody outside without the yes of whom it is."),
    "train-needs-consent": _("Nothing trains a model without a yes to that."),
    "review-needs-consent": _("Nobody reviews a recording without a yes to that."),
    "law-needs-consent": _("Nothing goes to the police without a yes to that."),
    "consent-is-ones-own": _("A grown-up says yes for themselves, and a parent for their child."),
    "device-deposits": _("A device may hand in what it recorded."),
    "device-only-deposits": _("A device hands in, and does nothing else."),
    "device-as-itself": _("A device hands in as itself alone."),
    "voice": _("By voice: in the room that was given to them, or to nobody in particular."),
    "voice-does-little": _("By voice one asks, forgets and stops, and does nothing else."),
    "voice-speaks-there": _("What is said in a room is handed in as said there."),
    "voice-reads-aloud": _("Only words are read aloud, and only where they may be heard."),
    "voice-forgets": _("By voice one forgets one's own, a child's, and what was said in the room."),
    "live-is-for-cameras": _("Only a camera is watched live."),
    "guest-stay": _("A guest does nothing before their stay begins or after it ends."),
    "guest-not-before": _("A guest sees nothing from before their stay."),
    "held-stays": _("What is under a legal hold is given to nobody else."),
    "held-not-trained": _("What is under a legal hold trains nothing."),
    "hold-is-the-operators": _("Only who runs the vault lays a legal hold, or lifts it."),
    "owner": _("An owner of the household may."),
    "guardian": _("A parent may, for themselves and their children."),
    "guardian-administers": _("A parent may look after the household."),
    "member-own": _("Everybody may, for what is their own."),
    "member-shared": _("A member may, for what is nobody's in particular."),
    "guest": _("A guest may, during their stay, as far as they were let."),
    "guest-own": _("A guest decides about what is their own."),
    "child-own": _("A child may, for what is their own, as far as a parent let them."),
    "link-shows": _("Whoever holds a link may see or hear what it was made for."),
    "link-only-shows": _("A link shows, and does nothing else."),
    "link-window": _("A link works until it ends."),
    "link-one-artefact": _("A link shows one thing."),
    "owner-may-view-and-export": _("Who runs the vault may open it for its owner, at the machine."),
    "operator-keeps-house": _("Who runs the vault may keep house, at the machine."),
    "operator-purposes": _("Who runs the vault opens for the owner, and for nothing else."),
    "operator-limits": _("Who runs the vault shares, trains and reviews nothing."),
    "end-to-end": _("The household alone has the key."),
    "purpose-owner-view": _("What is opened to look is not copied or passed on."),
    "purpose-export": _("What is opened for a copy is for a copy alone."),
    "purpose-assist": _("What is opened to answer is for the answer alone."),
    "purpose-share": _("What is opened by a link is shown, and nothing else."),
    "purpose-review": _("What is opened for review is for review alone."),
    "purpose-train": _("What is opened for training is for training alone."),
    "purpose-legal-process": _("What the law compels is one copy, and nothing else."),
    "right-to-view": _("They were not let see it."),
    "right-to-hear": _("They were not let hear it."),
    "right-to-download": _("They were not let take a copy."),
    "right-to-delete": _("They were not let have it forgotten."),
    "hear-is-for-sound": _("Only a sound is heard."),
    "view-is-not-for-sound": _("A sound is heard, not seen."),
    "second-factor": _("They had not shown a second factor."),
    "step-up": _("They had not shown their second factor again just before."),
    "staff-nothing-yet": _("Nobody who works for whoever runs this may look."),
    "review-is-for-staff": _("Nobody takes a reviewer's place."),
    # -- decided by the household itself
    "own-membership": _("Their own part in the household."),
    "own-language": _("Their own messages."),
    "own-link": _("Who made a link may always end it."),
    "founding": _("Who runs the vault may found a household."),
    "stay-over": _("Their time was over."),
}
_PURPOSES: Mapping[Purpose, str] = {
    Purpose.OWNER_VIEW: _("to look"),
    Purpose.EXPORT: _("to take a copy away"),
    Purpose.ASSIST: _("to answer a question"),
    Purpose.SHARE: _("by a link"),
    Purpose.REVIEW: _("to review it"),
    Purpose.TRAIN: _("to train a model"),
    Purpose.LEGAL_PROCESS: _("for a court or the police"),
}


def reason(words: Words, policy: str, why: str) -> str:
    """What the policy that decided says; "" where none had to."""
    if policy in POLICIES:
        return words.gettext(POLICIES[policy])
    return _CITED.sub("", why) or policy


def purpose_name(words: Words, purpose: Purpose) -> str:
    """What for."""
    return words.gettext(_PURPOSES[purpose])
