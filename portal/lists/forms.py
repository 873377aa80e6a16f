"""What names a view."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from portal.core.forms import Form, Text
from portal.lists.models import NAME_LENGTH


class ViewForm(Form):
    view = HiddenField()  # the list and its question, sealed
    name = Text(_l("Name"), longest=NAME_LENGTH)
