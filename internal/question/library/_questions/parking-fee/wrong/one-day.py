def parking_fee(entered, left, rules):
    free, unit, price, cap = rules
    if left - entered <= free:
        return 0
    days, rest = divmod(left - entered, 1440)
    return days * min(cap, 1440 // unit * price) + min(cap, -(-rest // unit) * price)
