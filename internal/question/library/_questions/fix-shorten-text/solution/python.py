def shorten(text, limit):
    if len(text) <= limit:
        return text
    return text[: limit - 1] + "…" if limit > 0 else ""
