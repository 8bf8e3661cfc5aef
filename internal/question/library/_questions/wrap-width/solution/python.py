def char_width(char):
    return 2 if "\u2e80" <= char <= "\u9fff" or "\uac00" <= char <= "\ud7a3" or "\uff00" <= char <= "\uff60" else 1


def wrap_text(text, width):
    lines, line, used = [], "", 0
    for word in text.split():
        size = sum(map(char_width, word))
        if line and used + 1 + size <= width:
            line, used = line + " " + word, used + 1 + size
            continue
        if line:
            lines.append(line)
        line, used = "", 0
        for char in word:
            if line and used + char_width(char) > width:
                lines.append(line)
                line, used = "", 0
            line, used = line + char, used + char_width(char)
    return lines + [line] if line else lines
