import re


def expand_template(text, settings):
    values = dict(setting.split("=", 1) for setting in settings)

    def expand(text, active):
        def replace(found):
            name, bar, default = found.group(1).partition("|")
            if name in active or name not in values and not bar:
                raise LookupError(name)
            if name not in values:
                return default
            return expand(values[name], active | {name})

        return re.sub(r"\{([^{}]+)\}", replace, text)

    try:
        return expand(text, frozenset())
    except LookupError as error:
        return "!" + error.args[0]
