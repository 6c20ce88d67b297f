package chart_test

import (
	"fmt"

	"mingzhang/explorer/chart"
)

func ExampleProgress() {
	card := chart.Progress{Head: chart.Head{ID: "p7", Title: "已收到目标的 69.1%"}, Raised: 691, Target: 1000, Small: true}
	drawing, err := card.SVG()
	fmt.Println(drawing, err)
	// Output:
	// <svg xmlns="http://www.w3.org/2000/svg" class="chart" width="320" height="18" viewBox="0 0 320 18" font-size="13" role="img" aria-labelledby="p7-t"><title id="p7-t">已收到目标的 69.1%</title><rect class="outline" x="1" y="5" width="318" height="8"/><rect class="bar in" x="1" y="5" width="219.74" height="8"/><path class="goal" d="M319 1L319 17"/></svg>
	//  <nil>
}
