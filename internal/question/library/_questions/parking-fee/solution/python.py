def parking_fee(entered, left, rules):
    free, unit, price, cap = rules
    if left - entered <= free:
        return 0
    fee = 0
    while entered < left:
        day_end = min(left, (entered // 1440 + 1) * 1440)
        fee += min(cap, -(-(day_end - entered) // unit) * price)
        entered = day_end
    return fee
