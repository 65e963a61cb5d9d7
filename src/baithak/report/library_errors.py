"""One sentence, with its remedy, for every code of the practice library and its bundles."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["library_sentences"]


def library_sentences(_: Callable[[str], str]) -> dict[str, str]:
    """Code to sentence; ``report.errors.sentence`` puts file, practice, row and field in front."""
    return {**_files(_), **_fields(_), **_tables(_), **_bundles(_)}


def _files(_: Callable[[str], str]) -> dict[str, str]:
    return {
        "library.too_large": _(
            "The file is larger than %(value)s MB. Split it into several files of practices."
        ),
        "library.encoding": _("This is not UTF-8. Save the file as UTF-8 text."),
        "library.empty_file": _("The file is empty. Write at least one practice."),
        "library.broken_yaml": _(
            "The file is broken here (%(value)s). Look for a missing quotation mark, a colon or a "
            "line that is not indented like its neighbours."
        ),
        "library.yaml_alias": _(
            "“%(value)s” is an anchor or alias of YAML, which is not read. Write the values out."
        ),
        "library.yaml_tag": _(
            "“%(value)s” is a tag of YAML, which is not read. Remove it and write a plain value."
        ),
        "library.too_deep": _(
            "Values stand inside one another more than %(value)s levels deep. A practice needs "
            "four: compare with an export."
        ),
        "library.too_many_values": _(
            "The file holds more than %(value)s values. Split it into several files of practices."
        ),
        "library.name_twice": _("“%(value)s” stands here a second time. Keep one of the two."),
        "library.strange_name": _(
            "The name of a field is not a word. Write names as in an export, such as title."
        ),
        "library.version": _(
            "The file has a version this Baithak does not know. Write version: %(value)s, or bring "
            "Baithak up to date."
        ),
        "library.no_record": _(
            "Fields with values are expected here. Write name: value, one on each line."
        ),
        "library.unknown_field": _(
            "There is no field of this name. Did you mean: %(near)s? Correct the name, or remove it."
        ),
    }


def _fields(_: Callable[[str], str]) -> dict[str, str]:
    return {
        "library.missing": _("Something must stand here. Fill it in."),
        "library.no_text": _("A text is expected here. Write it on one line, in quotation marks."),
        "library.no_list": _(
            "A list is expected here. Write [one, two], or one item on each line."
        ),
        "library.no_source": _(
            "A source needs url, title, publisher and accessed. Write all four of them."
        ),
        "library.empty_item": _("An item of this list is empty. Fill it in, or remove it."),
        "library.twice": _("“%(value)s” is listed twice. Keep one of the two."),
        "library.too_many_items": _(
            "There are %(value)s items; at most %(expected)s can be kept. Keep the important ones."
        ),
        "library.too_long": _(
            "The text has %(value)s characters; at most %(expected)s can be kept. Shorten it."
        ),
        "library.bad_character": _(
            "The character %(value)s cannot be kept in a text. Remove it, or type the line anew."
        ),
        "library.bad_id": _(
            "“%(value)s” cannot be an id. Use small letters, digits and single hyphens, such as "
            "colombo-jaffna-sister-councils."
        ),
        "library.id_twice": _(
            "The id “%(value)s” stands already in row %(first_row)s. Give each practice its own."
        ),
        "library.unknown_code": _(
            "“%(value)s” is not known here. Did you mean: %(near)s? Take a code from the list."
        ),
        "library.unknown_city": _(
            "There is no city “%(value)s” in the list. Did you mean: %(near)s? Or add the city, "
            "with country, lat and lon, to a list of cities."
        ),
        "library.city_elsewhere": _(
            "The list knows “%(value)s” in %(known)s, not in %(country)s. Correct the country, or "
            "add the city to a list of cities."
        ),
        "library.bad_year": _(
            "“%(value)s” is not a year. Write four digits from %(earliest)s to %(latest)s."
        ),
        "library.ends_before": _(
            "It ends in %(value)s, before it began in %(expected)s. Correct one of the two years."
        ),
        "library.bad_number": _("“%(value)s” is not a whole number. Write digits only, such as 2."),
        "library.bad_day": _("“%(value)s” is not a day. Write it as 2026-11-23."),
        "library.bad_address": _(
            "“%(value)s” is not an address of a page. Write the whole of it, from https:// on, "
            "without a password."
        ),
        "library.bad_place": _(
            "“%(value)s” is not a position. Write degrees with a dot, from -%(expected)s to "
            "%(expected)s, such as 6.93."
        ),
    }


def _tables(_: Callable[[str], str]) -> dict[str, str]:
    return {
        "library.broken_csv": _(
            "The table is broken here (%(value)s). Look for a quotation mark that is not closed, "
            "and save it as CSV again."
        ),
        "library.wrong_field_count": _(
            "This row has %(value)s cells, the header has %(expected)s. Look for a missing or an "
            "unquoted comma."
        ),
        "library.no_sheet": _(
            "The workbook has no sheet “%(value)s”. Start from the template, which has one."
        ),
        "library.missing_column": _(
            "This column is missing. Add it to the first row, or start from the template."
        ),
        "library.unknown_column": _(
            "“%(value)s” is not a column of practices. Did you mean: %(near)s? Correct it, or "
            "remove the column."
        ),
        "library.column_twice": _("The column “%(value)s” stands twice. Remove one of them."),
        "library.bad_source": _(
            "“%(value)s” is not a source. Write: address | title | publisher | day, and ; between "
            "two sources."
        ),
    }


def _bundles(_: Callable[[str], str]) -> dict[str, str]:
    return {
        "bundle.broken": _(
            "This is not a bundle of practices (%(value)s). Ask the other hub to send it again."
        ),
        "bundle.other_key": _(
            "The bundle is signed with another key (%(value)s) than the one you trust (%(expected)s)"
            ". Ask the other hub, by another way than this file, which key is theirs."
        ),
        "bundle.bad_signature": _(
            "The list of contents was changed after it was signed. Do not use it; ask the other hub "
            "to send it again."
        ),
        "bundle.changed": _(
            "“%(value)s” was changed after the bundle was signed. Do not use it; ask the other hub "
            "to send it again."
        ),
        "bundle.repacked": _(
            "The parts are as they were signed, but the archive around them was changed. Ask the "
            "other hub to send it again."
        ),
        "bundle.version": _(
            "The bundle has a form this Baithak does not know (%(value)s). Bring Baithak up to date."
        ),
        "bundle.unknown_origin": _(
            "The bundle says it comes from %(value)s, which this hub does not take bundles from. Trust "
            "that hub’s key first, if you know it."
        ),
        "bundle.older": _(
            "The bundle has the number %(value)s; number %(expected)s of this hub is here already. Ask "
            "for the newest one."
        ),
        "bundle.bad_origin": _(
            "“%(value)s” cannot be an origin. Write the address of the hub, such as "
            "https://hub.example, without a path."
        ),
        "bundle.bad_key": _(
            "“%(value)s” does not hold the key that is needed (%(reason)s). Make a pair with "
            "“baithak exchange bundle keys”, and keep the private one to yourself."
        ),
    }
