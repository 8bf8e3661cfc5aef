def sort_versions(versions):
    return sorted(versions, key=lambda v: (v.partition("-")[0], "-" not in v, v))
