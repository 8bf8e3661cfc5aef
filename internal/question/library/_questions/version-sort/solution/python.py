def sort_versions(versions):
    def key(version):
        number, dash, label = version.partition("-")
        parts = [int(part) for part in number.split(".")]
        while parts and parts[-1] == 0:
            parts.pop()
        return parts, dash == "", label

    return sorted(versions, key=key)
