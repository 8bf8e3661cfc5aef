def shift_clock(clock, minutes):
    hour, minute = map(int, clock.split(":"))
    total = hour * 60 + minute + minutes
    suffix = ""
    if total >= 1440:
        total, suffix = total % 1440, "+1"
    elif total < 0:
        total, suffix = total % 1440, "-1"
    return f"{total // 60:02d}:{total % 60:02d}{suffix}"
