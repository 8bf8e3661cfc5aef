def parse_csv_line(line):
    return [f.strip('"').replace('""', '"') for f in line.split(",")]
