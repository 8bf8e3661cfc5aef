def parse_csv_line(line):
    out, field, quoted, i = [], "", False, 0
    while i < len(line):
        c = line[i]
        if c == '"':
            if quoted and line[i + 1:i + 2] == '"':
                field, i = field + '"', i + 1
            else:
                quoted = not quoted
        elif c == "," and not quoted:
            out.append(field.strip())
            field = ""
        else:
            field += c
        i += 1
    return out + [field.strip()]
