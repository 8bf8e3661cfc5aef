import re


def mask_numbers(line):
    return re.sub(r"([0-9]{3})[0-9]{4}([0-9]{4})", r"\1****\2", line)
