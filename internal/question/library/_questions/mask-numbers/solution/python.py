import re


def mask_numbers(line):
    def mask(found):
        digits = found.group()
        return digits[:3] + "*" * (len(digits) - 7) + digits[-4:]

    return re.sub(r"[0-9]{11,}", mask, line)
