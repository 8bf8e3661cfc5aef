package main

import (
	"fmt"
	"slices"
	"strings"
)

type order struct{ number, price, left int }

func match_orders(orders []string) []string {
	trades := []string{}
	var bids, asks []*order // the best order first
	for number, line := range orders {
		var action string
		o := &order{number: number}
		if strings.HasPrefix(line, "cancel") {
			var cancelled int
			fmt.Sscan(line, &action, &cancelled)
			isCancelled := func(o *order) bool { return o.number == cancelled }
			bids, asks = slices.DeleteFunc(bids, isCancelled), slices.DeleteFunc(asks, isCancelled)
			continue
		}
		fmt.Sscan(line, &action, &o.price, &o.left)
		own, others := &bids, &asks
		sign := 1
		if action == "sell" {
			own, others, sign = &asks, &bids, -1
		}
		for o.left > 0 && len(*others) > 0 && sign*(*others)[0].price <= sign*o.price {
			best := (*others)[0]
			size := min(o.left, best.left)
			o.left -= size
			best.left -= size
			buyer, seller := o.number, best.number
			if action == "sell" {
				buyer, seller = seller, buyer
			}
			trades = append(trades, fmt.Sprintf("%d-%d %d@%d", buyer, seller, size, best.price))
			if best.left == 0 {
				*others = (*others)[1:]
			}
		}
		if o.left > 0 {
			at := slices.IndexFunc(*own, func(x *order) bool { return sign*x.price < sign*o.price })
			if at < 0 {
				at = len(*own)
			}
			*own = slices.Insert(*own, at, o)
		}
	}
	return trades
}
