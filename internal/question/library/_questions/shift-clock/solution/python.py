def shift_clock(clock, minutes):
    hour, minute = map(int, clock.split(":"))
    days, rest = divmod(hour * 60 + minute + minutes, 24 * 60)
    suffix = f"{days:+d}" if days else ""
    return f"{rest // 60:02d}:{rest % 60:02d}{suffix}"
