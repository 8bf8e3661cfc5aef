def wrap_text(text, width):
    def w(s):
        return sum(2 if "\u2e80" <= c <= "\u9fff" or "\uff00" <= c <= "\uff60" else 1 for c in s)
    lines = []
    for word in text.split():
        if lines and w(lines[-1]) + 1 + w(word) <= width:
            lines[-1] += " " + word
        else:
            lines.append(word)
    return lines
