def sort_versions(versions):
    def key(v):
        number, dash, label = v.partition("-")
        return [int(p) for p in number.split(".")], dash == "", label
    return sorted(versions, key=key)
