package sample_test

import (
	"fmt"
	"log"

	"mingzhang/ledger/trace"
)

// A gift of 2,000 yuan went through the joint campaign and one of its members to a
// partner, which has paid for breakfasts with a part of it.
func ExampleFill() {
	// city, err := sample.Fill(ctx, book, files, clock, 1)
	city := nanzhu.City
	fmt.Println(city.Name, len(city.Projects), "projects")
	parts, err := trace.Forward(ctx, nanzhu.store.Trace(), city.Showcase.Gift)
	if err != nil {
		log.Fatal(err)
	}
	for _, p := range parts {
		fmt.Println(p.Pool.Asset.Show(p.Len()), p.State)
	}
	// Output:
	// 南珠市 14 projects
	// 1200.00 CNY spent
	// 800.00 CNY in_transit
}
