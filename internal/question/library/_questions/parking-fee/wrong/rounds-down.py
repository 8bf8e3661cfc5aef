def parking_fee(entered, left, rules):
    free, unit, price, cap = rules
    fee = 0
    if left - entered <= free:
        return 0
    while entered < left:
        end = min(left, (entered // 1440 + 1) * 1440)
        fee += min(cap, (end - entered) // unit * price)
        entered = end
    return fee
