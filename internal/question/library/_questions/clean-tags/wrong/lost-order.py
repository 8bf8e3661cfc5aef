def clean_tags(tags):
    found = {}
    for tag in tags:
        tag = " ".join(tag.split())
        if tag:
            found[tag.lower()] = tag
    return list(found.values())
