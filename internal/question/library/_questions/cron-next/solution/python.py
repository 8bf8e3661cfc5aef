def next_run(schedule, now):
    def parse(field, limit):
        values = set()
        for part in field.split(","):
            span, _, step = part.partition("/")
            if span == "*":
                low, high = 0, limit - 1
            else:
                low, _, high = span.partition("-")
                low, high = int(low), int(high or low)
            values.update(range(low, high + 1, int(step or 1)))
        return sorted(values)

    minutes, hours = (parse(field, limit) for field, limit in zip(schedule.split(" "), (60, 24)))
    for hour in hours:
        for minute in minutes:
            clock = f"{hour:02d}:{minute:02d}"
            if clock > now:
                return clock
    return f"{hours[0]:02d}:{minutes[0]:02d}+1"
