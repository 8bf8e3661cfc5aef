def clean_tags(tags):
    seen = set()
    cleaned = []
    for tag in tags:
        tag = " ".join(tag.split())
        key = tag.lower()
        if tag and key not in seen:
            seen.add(key)
            cleaned.append(tag)
    return cleaned
