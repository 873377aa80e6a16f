"""What the log says of support entries, on both sides."""

from __future__ import annotations

from portal.audit import words
from portal.core.words import N_

words.ACTORS["support"] = N_("Support of your provider")
words.NOUNS["support"] = N_("Support access")
words.WHOLE |= {
    "support.asked": N_("asked to enter for support"),
    "support.allowed": N_("allowed %(label)s to enter for support"),
    "support.refused": N_("did not let %(label)s enter for support"),
    "support.entered": N_("entered for support"),
    "support.looked": N_("looked at a page"),
    "support.left": N_("left"),
    "support.ended": N_("ended the support entry of %(label)s"),
    "support.withdrawn": N_("took back the support entry of %(label)s"),
    "support.policy_changed": N_("changed which support entries are allowed"),
}
words.PARTS |= {
    "support.asked": N_("asked to enter %(whole)s for support"),
    "support.allowed": N_("allowed %(label)s to enter %(whole)s for support"),
    "support.refused": N_("did not let %(label)s enter %(whole)s for support"),
    "support.entered": N_("entered %(whole)s for support"),
    "support.left": N_("left %(whole)s"),
    "support.ended": N_("ended the support entry of %(label)s into %(whole)s"),
    "support.withdrawn": N_("took back the support entry of %(label)s into %(whole)s"),
}
