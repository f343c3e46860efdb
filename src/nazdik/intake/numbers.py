"""
Telephone numbers in one spelling, so that a caller is recognised however the exchange writes the number.

`+` and country code where one is known (E.164); a national number with its leading 0 becomes Iran's +98. Short numbers stay.
"""

import re

HOME_CODE = "98"
_SEPARATORS = re.compile(r"[\s\-.()\u200c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_PERSIAN = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "01234567890123456789")
# The address of a machine is nobody's number: `sip:192.0.2.10`, and what stands behind the `@` of a caller without one.
_OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_ADDRESS = re.compile(rf"{_OCTET}(?:\.{_OCTET}){{3}}")
DIGITS_MAX = 20
SEARCHED_BYTES_MAX = 65_535
_NAMED = re.compile(
    rb"(?i)(?:\b(?:number|sender|from|msisdn|calleridnum|device_number|p-asserted-identity)|^f)[\"']?[ \t]*[:=][^0-9+@\r\n]{0,80}"
    rb"((?:\+|%2b)?[0-9][0-9\-. ]{2,24})",
    re.MULTILINE,
)


def tidy_number(text: str) -> str:
    """Return a number as `+989161112233` or `110`; empty when it is none (`anonymous`, an address, letters, far too long)."""
    if _ADDRESS.fullmatch(text.strip()):
        return ""
    plain = _SEPARATORS.sub("", text.translate(_PERSIAN).replace("%2B", "+").replace("%2b", "+"))
    digits = plain.removeprefix("+")
    if not digits.isascii() or not digits.isdigit() or len(digits) > DIGITS_MAX:
        return ""
    if plain.startswith("+"):
        return plain
    if digits.startswith("00") and len(digits) > 8:
        return f"+{digits[2:]}"
    if digits.startswith("0") and len(digits) > 7:
        return f"+{HOME_CODE}{digits[1:]}"
    if digits.startswith(HOME_CODE) and len(digits) == 12:
        return f"+{digits}"
    return digits


def find_number(data: bytes) -> str:
    """Return the number that bytes of whatever form name as somebody's; empty when they name none."""
    found = _NAMED.search(data[:SEARCHED_BYTES_MAX])
    return tidy_number(found.group(1).decode("ascii").strip()) if found else ""
