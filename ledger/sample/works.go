package sample

import (
	"fmt"

	"mingzhang/ledger"
	"mingzhang/ledger/book"
)

// works are the projects of the city that others deal with.
type works struct {
	general, spring, match, relief, library, joint *project
}

// found lets the book begin: the platform registers everybody, and then each project
// has its story.
func (f *filling) found() {
	f.at(-days, 9*60, func() {
		f.establish()
		for _, a := range things {
			f.ask(f.platform, a)
		}
		for _, story := range []func(){f.dailyAccounts, f.springFund, f.heartSurgery, f.bathVan, f.villageDoctors,
			f.matchFund, f.floodRelief, f.readingCorners, f.jointCampaign, f.birdWatch} {
			story()
		}
	})
}

// publish publishes what a project came to since a day, as its accounts have it now.
func (p *project) publish(kind, title string, since int, text string, then func(index int64)) {
	p.send()
	sums := fmt.Sprintf("截至%s，本项目共收到捐赠 %d 笔、%s 元，已支出 %s 元。", p.date(p.day), p.gifts, ledger.FormatAmount(p.raised, 2), ledger.FormatAmount(p.spent, 2))
	what := book.Disclose{Project: p.index, Period: p.date(since) + "/" + p.date(p.day), Kind: kind, Title: title, Text: sums + text, At: p.size}
	p.then(p.owner, what, func(index int64, _ *ledger.Flow) {
		if then != nil {
			then(index)
		}
	})
}

// report plans a publication of progress every so many days.
func (p *project) report(step, from, upto int, text string) {
	since, number := from, 0
	p.every(step, from+step, upto, func() {
		number++
		p.publish("progress", fmt.Sprintf("%s：第 %d 期进展公示", p.name, number), since, text, nil)
		since = p.day
	})
}
