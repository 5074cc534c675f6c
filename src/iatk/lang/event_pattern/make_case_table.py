"""Writes case_table.inc: the characters that have another case, for letter_case.cc.

python3 make_case_table.py > case_table.inc

A row is {character, lower case, upper case} in UTF-8, both as Java's String.toLowerCase and
toUpperCase give them for the root locale and a string of this one character. ASCII is left out.
"""


def literal(text):
    return '"' + "".join(f"\\x{byte:02X}" for byte in text.encode()) + '"'


for code in range(0x80, 0x10000):
    if 0xD800 <= code < 0xE000:
        continue
    character = chr(code)
    lower, upper = character.lower(), character.upper()
    if lower != upper:
        print(f"{{0x{code:04X}, {literal(lower)}, {literal(upper)}}},")
