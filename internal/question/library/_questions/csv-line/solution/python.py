def parse_csv_line(line):
    fields, at = [], 0
    while True:
        if at < len(line) and line[at] == '"':
            value, at = "", at + 1
            while True:
                end = line.index('"', at)
                value += line[at:end]
                at = end + 1
                if at < len(line) and line[at] == '"':
                    value, at = value + '"', at + 1
                else:
                    break
        else:
            end = line.find(",", at)
            end = len(line) if end < 0 else end
            value, at = line[at:end], end
        fields.append(value)
        if at >= len(line):
            return fields
        at += 1
