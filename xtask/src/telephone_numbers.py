"""Writes numbers that the Python package phonenumbers calls valid, of every region, and such numbers with a digit too many.

A line each: "valid" or "longer", the region, the type, the number in E.164 form. The same seed writes the same lines.
"""

import random
import re
import sys

import phonenumbers
from phonenumbers.phonemetadata import PhoneMetadata

try:
    from re import _constants as constants
    from re import _parser as parser
except ImportError:
    import sre_constants as constants
    import sre_parse as parser

SEED = 20
NUMBERS_OF_A_REGION = 104
TYPES = {
    "fixed_line": "fixed", "mobile": "mobile", "toll_free": "toll free", "premium_rate": "premium", "shared_cost": "shared",
    "personal_number": "personal", "voip": "voip", "pager": "pager", "uan": "uan", "voicemail": "voicemail",
}


def generate(chance, parts):
    """A text that a parsed pattern matches."""
    text = ""
    for kind, argument in parts:
        if kind is constants.LITERAL:
            text += chr(argument)
        elif kind is constants.IN:
            text += chance.choice(characters(argument))
        elif kind is constants.BRANCH:
            text += generate(chance, chance.choice(argument[1]))
        elif kind is constants.SUBPATTERN:
            text += generate(chance, argument[3])
        elif kind in (constants.MAX_REPEAT, constants.MIN_REPEAT):
            least, most, part = argument
            text += "".join(generate(chance, part) for _ in range(chance.randint(least, min(most, least + 15))))
        elif kind is constants.ASSERT or kind is constants.ASSERT_NOT:
            pass
        else:
            raise ValueError(f"a pattern with {kind}")
    return text


def characters(argument):
    found = []
    for kind, value in argument:
        if kind is constants.LITERAL:
            found.append(chr(value))
        elif kind is constants.RANGE:
            found.extend(chr(code) for code in range(value[0], value[1] + 1))
        elif kind is constants.CATEGORY and value is constants.CATEGORY_DIGIT:
            found.extend("0123456789")
        else:
            raise ValueError(f"a class with {kind}")
    return found


def judge(e164):
    """The number in the form in which it is kept, if it is valid."""
    try:
        number = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return None
    valid = phonenumbers.is_valid_number(number)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if valid else None


def main():
    chance = random.Random(SEED)
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        plan = PhoneMetadata.metadata_for_region(region)
        descs = {name: getattr(plan, field) for field, name in TYPES.items()}
        descs = {name: desc for name, desc in descs.items() if desc is not None and desc.national_number_pattern}
        found = set()
        for _ in range(20 * NUMBERS_OF_A_REGION):
            if len(found) == NUMBERS_OF_A_REGION:
                break
            name = chance.choice(sorted(descs))
            pattern = descs[name].national_number_pattern
            national = generate(chance, parser.parse(pattern))
            e164 = f"+{plan.country_code}{national}"
            # E.164 ends with 15 digits. What is kept in another form is not what a person has.
            if len(e164) <= 16 and judge(e164) == e164 and re.fullmatch(pattern, national):
                found.add((name, e164))
        for name, e164 in sorted(found):
            print(f"valid,{region},{name},{e164}")
            longer = e164 + chance.choice("0123456789")
            if judge(longer) is None:
                print(f"longer,{region},{name},{longer}")


if __name__ == "__main__":
    main()
