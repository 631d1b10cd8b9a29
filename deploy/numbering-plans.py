#!/usr/bin/env python3
"""Writes the numbering plans of the Python package phonenumbers in the form that http-api reads.

The package follows each release of Google's metadata within days. Guestbook has the plans of its last build; this renews them
without another build:

    python3 -m venv plans && plans/bin/pip install --upgrade phonenumbers
    plans/bin/python numbering-plans.py numbering-plans.bin
    http-api --numbering-plans numbering-plans.bin

The form is the PhoneMetadataCollection of libphonenumber's phonemetadata.proto, every pattern as ^(?:...)$.
"""

import os
import sys
import tempfile

import phonenumbers
from phonenumbers.phonemetadata import PhoneMetadata

# Fields of PhoneMetadata and their numbers.
TYPES = {
    "general_desc": 1, "fixed_line": 2, "mobile": 3, "toll_free": 4, "premium_rate": 5, "shared_cost": 6,
    "personal_number": 7, "voip": 8, "pager": 21, "no_international_dialling": 24, "uan": 25, "voicemail": 28,
}
PATTERNS = {"international_prefix": 11, "national_prefix_for_parsing": 15, "leading_digits": 23}
TEXTS = {
    "preferred_international_prefix": 17, "national_prefix": 12, "preferred_extn_prefix": 13,
    "national_prefix_transform_rule": 16,
}
FLAGS = {"main_country_for_code": 22, "mobile_number_portable_region": 32}


def varint(number):
    number &= (1 << 64) - 1
    encoded = bytearray()
    while number > 0x7F:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)


def number(field, value):
    return varint(field << 3) + varint(value)


def message(field, value):
    return varint(field << 3 | 2) + varint(len(value)) + value


def text(field, value):
    # Python's rules name groups \1, those of libphonenumber $1.
    return message(field, value.encode()) if value is not None else b""


def rule(field, value):
    return text(field, value.replace("\\", "$")) if value is not None else b""


def pattern(field, value):
    return text(field, f"^(?:{value})$") if value else b""


def desc(value):
    if value is None or value.national_number_pattern is None:
        # There are no such numbers.
        return number(9, -1)
    encoded = pattern(2, value.national_number_pattern)
    for length in value.possible_length:
        encoded += number(9, length)
    for length in value.possible_length_local_only:
        encoded += number(10, length)
    return encoded + text(6, value.example_number)


def form(value):
    encoded = pattern(1, value.pattern) + rule(2, value.format)
    for digits in value.leading_digits_pattern:
        encoded += pattern(3, digits)
    encoded += rule(4, value.national_prefix_formatting_rule) + rule(5, value.domestic_carrier_code_formatting_rule)
    return encoded + (number(6, 1) if value.national_prefix_optional_when_formatting else b"")


def plan(value):
    encoded = text(9, value.id) + number(10, value.country_code)
    for name, field in TYPES.items():
        encoded += message(field, desc(getattr(value, name)))
    for name, field in PATTERNS.items():
        encoded += pattern(field, getattr(value, name))
    for name, field in TEXTS.items():
        encoded += (rule if field == 16 else text)(field, getattr(value, name))
    for name, field in FLAGS.items():
        encoded += number(field, 1) if getattr(value, name) else b""
    for each in value.number_format:
        encoded += message(19, form(each))
    for each in value.intl_number_format:
        encoded += message(20, form(each))
    return encoded


def collection():
    regions = [PhoneMetadata.metadata_for_region(region) for region in sorted(phonenumbers.SUPPORTED_REGIONS)]
    others = sorted(phonenumbers.COUNTRY_CODES_FOR_NON_GEO_REGIONS)
    plans = regions + [PhoneMetadata.metadata_for_nongeo_region(code) for code in others]
    return b"".join(message(1, plan(value)) for value in plans)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    target = os.path.abspath(sys.argv[1])
    # Half a file is never there under the name.
    with tempfile.NamedTemporaryFile(dir=os.path.dirname(target), delete=False) as part:
        part.write(collection())
    os.chmod(part.name, 0o644)
    os.replace(part.name, target)
    print(f"the numbering plans of phonenumbers {phonenumbers.__version__}", file=sys.stderr)


if __name__ == "__main__":
    main()
