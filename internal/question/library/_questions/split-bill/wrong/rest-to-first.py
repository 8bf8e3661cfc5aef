def split_bill(cents, weights):
    total = sum(weights)
    shares = [cents * w // total for w in weights]
    shares[0] += cents - sum(shares)
    return shares
