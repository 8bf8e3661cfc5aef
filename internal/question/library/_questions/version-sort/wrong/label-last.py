def sort_versions(versions):
    def key(v):
        number, dash, label = v.partition("-")
        parts = [int(p) for p in number.split(".")]
        while parts and parts[-1] == 0:
            parts.pop()
        return parts, label
    return sorted(versions, key=key)
