"""What the letters of a house still lack before it goes live."""

from sqlalchemy import exists, or_, select

from portal.core.words import N_
from portal.notifications.models import MailSender
from portal.tenants.checklist import Line

MAIL_SENDER = Line(
    "mail_sender",
    title=N_("Who your letters come from"),
    why=N_("Letters from your own address are trusted and answered; until then they leave in your name by this house."),
    verb=N_("Set up the mail sender"),
    place="mail.sender",
    permission="settings.edit",
    done=lambda: exists(
        select(MailSender.id).where(
            or_(MailSender.proven_at.is_not(None), ~MailSender.own & (MailSender.reply_to != ""))
        )
    ),
    watches=(MailSender,),
    settleable=True,
)
