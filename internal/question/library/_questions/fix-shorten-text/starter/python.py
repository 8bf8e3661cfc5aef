def shorten(text, limit):
    data = text.encode()
    if len(data) < limit:
        return text
    return data[:limit].decode(errors="replace") + "…"
