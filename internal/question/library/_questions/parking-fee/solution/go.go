package main

func parking_fee(entered int, left int, rules []int) int {
	free, unit, price, limit := rules[0], rules[1], rules[2], rules[3]
	if left-entered <= free {
		return 0
	}
	fee := 0
	for entered < left {
		until := min(left, (entered/1440+1)*1440)
		fee += min(limit, (until-entered+unit-1)/unit*price)
		entered = until
	}
	return fee
}
