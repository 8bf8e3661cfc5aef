import re


def parse_csv_line(line):
    return [a.replace('""', '"') if q else b for q, a, b in re.findall(r'("((?:[^"]|"")*)"|([^,]+))(?:,|$)', line)]
