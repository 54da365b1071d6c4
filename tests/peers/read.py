"""Reads messages (*.eml) and calendars (*.ics) by parsers that are not ours; prints what they understood, as JSON.

The files are arguments; the answer is one object for each, in their order. Nothing is judged here but what only the
parser can know: its complaints are the lists `defects` and `errors`.
"""

import datetime
import email
import email.header
import email.policy
import email.utils
import json
import sys
import unicodedata

import icalendar


def all_nfc(value):
    """Whether every text in a value is in Unicode's form C."""
    if isinstance(value, str):
        return unicodedata.is_normalized("NFC", value)
    if isinstance(value, dict):
        return all(all_nfc(one) for one in value.values())
    if isinstance(value, list):
        return all(all_nfc(one) for one in value)
    return True


def header_section(raw):
    """The lines of a message's header, as they travel; a wrong line end stays in its line."""
    return raw.partition(b"\r\n\r\n")[0].split(b"\r\n")


def header_lines(part):
    """Every header line of a part and of the parts in it, as they travel."""
    lines = [line for name, value in part.raw_items() for line in f"{name}: {value}".splitlines()]
    for inner in part.iter_parts():
        lines += header_lines(inner)
    return lines


def address(parsed, raw, field):
    """The single mailbox of a header, as `[name, address]`.

    The name comes by the older of the two readers of Python: up to its versions of today the newer one puts a space
    between encoded words that stand side by side in an address, which RFC 2047 (section 6.2) forbids. In all else they
    must agree.
    """
    (one,) = parsed[field].addresses
    phrase, spec = email.utils.parseaddr(email.message_from_bytes(raw, policy=email.policy.compat32)[field])
    name = str(email.header.make_header(email.header.decode_header(phrase)))
    if spec != one.addr_spec or name.replace(" ", "") != one.display_name.replace(" ", ""):
        raise ValueError(f"{field} is read in two ways: {name!r} <{spec}>, {one}")
    return [name, spec]


def part(entity):
    """A part and the parts in it."""
    disposition = entity["Content-Disposition"]
    read = {
        "type": entity.get_content_type(),
        "params": dict(entity["Content-Type"].params),
        "disposition": disposition and disposition.content_disposition,
        "raw_disposition": disposition and [value for name, value in entity.raw_items() if name == "Content-Disposition"][0],
        "content_id": entity["Content-ID"],
        "encoding": entity["Content-Transfer-Encoding"],
        "filename": entity.get_filename(),
        "defects": [f"{type(one).__name__}: {one}" for one in entity.defects],
        "parts": [part(inner) for inner in entity.iter_parts()],
    }
    for name, value in entity.items():
        read["defects"] += [f"{name}: {type(one).__name__}: {one}" for one in value.defects]
    if not entity.is_multipart():
        content = entity.get_payload(decode=True)
        # Strictly: a byte that is not UTF-8 is an error here.
        text = content.decode("utf-8")
        bare = text.replace("\r\n", "")
        read["bare_line_ends"] = "\r" in bare or "\n" in bare
        read["content"] = text
    return read


def message(raw):
    """A message."""
    parsed = email.message_from_bytes(raw, policy=email.policy.default)
    names = [name for name in parsed.keys()]
    lines = header_section(raw)
    inner = [line.encode("utf-8", "surrogateescape") for line in header_lines(parsed)]
    read = {
        "names": names,
        "from": address(parsed, raw, "From"),
        "to": address(parsed, raw, "To"),
        "reply_to": address(parsed, raw, "Reply-To"),
        "subject": str(parsed["Subject"]),
        "date": parsed["Date"].datetime.isoformat(),
        "message_id": str(parsed["Message-ID"]),
        "in_reply_to": parsed["In-Reply-To"] and str(parsed["In-Reply-To"]),
        "references": parsed["References"] and str(parsed["References"]),
        "mime_version": str(parsed["MIME-Version"]),
        "outbox_id": str(parsed["X-Lichhop-Outbox-Id"]),
        "ascii": raw.isascii(),
        "header_ascii": all(line.isascii() for line in lines + inner),
        "longest_header_line": max(len(line) for line in lines + inner),
        "longest_line": max(len(line) for line in raw.split(b"\r\n")),
        "bare_line_ends": any(one in raw.replace(b"\r\n", b"") for one in (b"\r", b"\n")),
        "root": part(parsed),
    }
    calendars = [one for one in parsed.walk() if one.get_content_type() in ("text/calendar", "application/ics")]
    read["calendars"] = [calendar(one.get_payload(decode=True)) for one in calendars]
    return read


def person(value):
    """ORGANIZER or ATTENDEE."""
    return {"uri": str(value), "params": {name: str(one) for name, one in value.params.items()}}


def many(component, name):
    """The values of a property that may stand more than once."""
    found = component.get(name, [])
    return found if isinstance(found, list) else [found]


def event(component, zones):
    """A VEVENT; times also by the VTIMEZONE that came with it instead of the reader's own table of zones."""
    read = {name.lower(): None if component.get(name) is None else str(component[name]) for name in TEXTS}
    read["sequence"] = int(component["SEQUENCE"])
    read["stamp"] = component.decoded("DTSTAMP").isoformat()
    for name in ("DTSTART", "DTEND"):
        value = component.decoded(name)
        zone = component[name].params.get("TZID")
        own = zones[zone]
        read[name.lower()] = {
            "zone": zone,
            "resolved": value.isoformat(),
            "by_own_zone": value.replace(tzinfo=own).isoformat(),
        }
    read["organizer"] = [person(one) for one in many(component, "ORGANIZER")]
    read["attendees"] = [person(one) for one in many(component, "ATTENDEE")]
    return read


TEXTS = ("UID", "SUMMARY", "LOCATION", "DESCRIPTION", "STATUS", "PRIORITY", "TRANSP")


def calendar(raw):
    """A calendar."""
    # As bytes: the parser refuses what is not UTF-8. Several objects in one stream are an error by this call.
    parsed = icalendar.Calendar.from_ical(raw)
    zones = {str(zone["TZID"]): zone.to_tz(lookup_tzid=False) for zone in parsed.walk("VTIMEZONE")}
    return {
        "method": str(parsed["METHOD"]),
        "version": str(parsed["VERSION"]),
        "product": str(parsed["PRODID"]),
        "errors": [f"{one.name}: {error}" for one in parsed.walk() for error in one.errors],
        "components": [one.name for one in parsed.walk()],
        "longest_line": max(len(line) for line in raw.split(b"\r\n")),
        "bare_line_ends": any(one in raw.replace(b"\r\n", b"") for one in (b"\r", b"\n")),
        "ends": raw.endswith(b"END:VCALENDAR\r\n"),
        "offset_in_1976": [str(zone.utcoffset(datetime.datetime(1976, 1, 1))) for zone in zones.values()],
        "events": [event(one, zones) for one in parsed.walk("VEVENT")],
    }


def read(path):
    """A file, by what it is called."""
    with open(path, "rb") as file:
        raw = file.read()
    understood = calendar(raw) if path.endswith(".ics") else message(raw)
    understood["nfc"] = all_nfc(understood)
    return understood


json.dump([read(path) for path in sys.argv[1:]], sys.stdout)
