"""What a form offers of the world."""

from __future__ import annotations

from typing import Any

from portal.core import regions


def test_each_time_zone_is_offered_once_by_todays_name(app: Any) -> None:
    with app.app_context():
        offered = [name for name, _ in regions.time_zones()]
    assert {"UTC", "Asia/Kolkata", "America/New_York", "Europe/Oslo", "Asia/Ho_Chi_Minh"} <= set(offered)
    assert not {"Asia/Calcutta", "US/Eastern", "America/Buenos_Aires", "Asia/Saigon", "Europe/Belfast"} & set(offered)
    assert len(offered) == len(set(offered))
