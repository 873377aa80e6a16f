"""Why something is left out, as message ids."""

from portal.core.words import N_

UNREADABLE = N_("It cannot be read as CSS.")
AT_RULE = N_("Of the rules with @ only @media is taken, and not within another.")
CONDITION = N_("@media may ask for the width of the window and for prefers-color-scheme.")
NESTED = N_("Rules within rules are not taken.")
SELECTOR = N_("Elements, classes and ids are chosen, with a blank, > + or ~ between them.")
ATTRIBUTE = N_("Attributes are not chosen by: what somebody types could be read so.")
PSEUDO = N_("This pseudo-class or pseudo-element is not taken.")
PROPERTY = N_("This property is not taken.")
CUSTOM = N_("Names with two dashes are the theme’s: use them with var(), and choose their values beside.")
OVER = N_("Nothing is laid over the page.")
CONTENT = N_("Words are written in the pages.")
LOADS = N_("Nothing is loaded.")
FUNCTION = N_("This function is not taken.")
VALUE = N_("This value is not taken.")
TEXT = N_("Quotation marks stand around the names of fonts only.")
NAME = N_("Names are of plain letters, digits and hyphens.")
DEEP = N_("It is nested too deeply, or too long.")
IMPORTANT = N_("“!important” is left out: your rules come after those of the theme.")


class Refused(Exception):
    """A part that is not taken."""
