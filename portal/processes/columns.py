"""What a file of processes tells of each."""

from flask_babel import gettext

from portal.core.exports import Column
from portal.core.words import N_, told

COLUMNS: tuple[Column, ...] = (
    Column(N_("Process Name"), lambda process: process.title),
    Column(N_("Status"), lambda process: gettext(process.word)),
    Column(N_("Progress"), lambda process: process.percent),
    Column(N_("Started by"), lambda process: process.started_by_name),
    Column(N_("Creation Date"), lambda process: process.created_at),
    Column(N_("Ended"), lambda process: process.finished_at),
    Column(N_("Reason"), lambda process: told(process.reason) if process.reason else ""),
)
