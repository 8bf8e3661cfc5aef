def clean_tags(tags):
    seen, out = set(), []
    for tag in tags:
        key = "".join(tag.split()).lower()
        if key and key not in seen:
            seen.add(key)
            out.append(" ".join(tag.split()))
    return out
