"""The signs that categories and types may wear: those the house has drawn, with words for whoever cannot see them."""

from portal.core.words import N_

GLYPHS = {
    "tag": N_("Price tag"),
    "package": N_("Parcel"),
    "apps": N_("Tiles"),
    "building-store": N_("Shop"),
    "certificate": N_("Certificate"),
    "chart-bar": N_("Bars"),
    "cloud": N_("Cloud"),
    "code": N_("Code brackets"),
    "database": N_("Database"),
    "device-desktop": N_("Screen"),
    "file-text": N_("Document"),
    "files": N_("Documents"),
    "key": N_("Key"),
    "list-check": N_("Ticked list"),
    "lock": N_("Lock"),
    "mail": N_("Envelope"),
    "phone": N_("Telephone"),
    "server": N_("Server"),
    "shield-check": N_("Shield"),
    "users": N_("People"),
    "world": N_("Globe"),
}
