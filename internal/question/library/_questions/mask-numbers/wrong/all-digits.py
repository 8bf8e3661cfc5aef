import re


def mask_numbers(line):
    return re.sub(r"\d{11,}", lambda m: m.group()[:3] + "*" * (len(m.group()) - 7) + m.group()[-4:], line)
