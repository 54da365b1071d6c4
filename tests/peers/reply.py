"""Answers an invitation as a calendar does: reads a message, writes the message that answers it.

reply.py INVITATION ATTENDEE PARTSTAT [DELEGATE]
"""

import sys
from datetime import datetime, timezone
from email import message_from_bytes, policy
from email.message import EmailMessage

from icalendar import Calendar, Event, vCalAddress


def answered(invitation, attendee, status, delegate):
    """The calendar object that answers the one in an invitation."""
    part = next(part for part in invitation.walk() if part.get_content_type() == "text/calendar")
    asked = Calendar.from_ical(part.get_payload(decode=True)).walk("VEVENT")[0]
    event = Event()
    for name in ("UID", "SEQUENCE", "DTSTART", "DTEND", "ORGANIZER", "SUMMARY"):
        event.add(name, asked[name], encode=False)
    event.add("DTSTAMP", datetime(2016, 5, 3, 3, 0, 0, tzinfo=timezone.utc))
    event.add("COMMENT", "Đồng ý, sẽ cử người; xin cảm ơn")
    address = vCalAddress(f"mailto:{attendee}")
    address.params["PARTSTAT"] = status
    if delegate:
        address.params["DELEGATED-TO"] = [f"mailto:{delegate}"]
    event.add("ATTENDEE", address, encode=False)
    calendar = Calendar()
    calendar.add("PRODID", "-//peer//peer//VI")
    calendar.add("VERSION", "2.0")
    calendar.add("METHOD", "REPLY")
    calendar.add_component(event)
    return calendar.to_ical()


def main(path, attendee, status, delegate=None):
    with open(path, "rb") as file:
        invitation = message_from_bytes(file.read(), policy=policy.default)
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = f"Đơn vị được mời <{attendee}>"
    message["To"] = invitation["From"]
    message["Subject"] = f"Trả lời: {invitation['Subject']}"
    message["Message-ID"] = f"<reply.{status}.{attendee}>"
    message["In-Reply-To"] = invitation["Message-ID"]
    message.set_content("Xem mục lịch kèm theo.")
    calendar = answered(invitation, attendee, status, delegate)
    message.add_alternative(calendar, maintype="text", subtype="calendar", params={"method": "REPLY", "charset": "utf-8"})
    sys.stdout.buffer.write(message.as_bytes())


main(*sys.argv[1:])
