package explorer

import (
	"html/template"

	"mingzhang/explorer/chart"
)

// progress draws how much of a target was raised.
func (a *assets) progress(t *tongue) func(id string, raised, target int64) (template.HTML, error) {
	return func(id string, raised, target int64) (template.HTML, error) {
		return chart.Progress{Head: chart.Head{ID: id, Title: t.say("progress.label")}, Raised: raised, Target: target, RaisedAmount: a.brief(t, yuan, raised),
			TargetAmount: a.brief(t, yuan, target), Percent: share(raised, target), Small: true}.SVG()
	}
}
