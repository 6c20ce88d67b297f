package sample

import (
	"container/heap"
	"time"
)

// event is something that somebody does in the city at a moment.
type event struct {
	at time.Time
	n  int // events of one moment happen in the order in which they were planned
	do func()
}

// agenda is what is still to happen, the next first. It implements heap.Interface.
type agenda []event

func (a agenda) Len() int { return len(a) }
func (a agenda) Less(i, j int) bool {
	return a[i].at.Before(a[j].at) || a[i].at.Equal(a[j].at) && a[i].n < a[j].n
}
func (a agenda) Swap(i, j int) { a[i], a[j] = a[j], a[i] }
func (a *agenda) Push(e any)   { *a = append(*a, e.(event)) }
func (a *agenda) Pop() any {
	last := len(*a) - 1
	e := (*a)[last]
	*a = (*a)[:last]
	return e
}

// china is the time zone of the city.
var china = time.FixedZone("UTC+8", 8*60*60)

// at plans something for a day, counted from today (yesterday is −1), so many minutes
// after midnight. What would lie in the future is left out: it has not happened.
func (f *filling) at(day, minute int, do func()) {
	y, m, d := f.clock.until.In(china).Date()
	when := time.Date(y, m, d+day, 0, minute, f.rand.IntN(60), 0, china)
	if when.After(f.clock.until) {
		return
	}
	f.planned++
	heap.Push(&f.agenda, event{when, f.planned, do})
}

// on plans something for the office hours of a day, or of the Monday after it.
func (f *filling) on(day int, do func()) {
	switch f.weekday(day) {
	case time.Saturday:
		day += 2
	case time.Sunday:
		day++
	}
	f.at(day, 9*60+f.rand.IntN(8*60), do)
}

// every plans something for office hours again and again.
func (f *filling) every(step, from, upto int, do func()) {
	for day := from; day <= upto; day += step {
		f.on(day, do)
	}
}

// after plans something for so many days after the event that happens now.
func (f *filling) after(days int, do func()) { f.on(f.day+days, do) }

func (f *filling) weekday(day int) time.Weekday {
	return f.clock.until.In(china).AddDate(0, 0, day).Weekday()
}

// date is a day counted from today, as records have it.
func (f *filling) date(day int) string {
	return f.clock.until.In(china).AddDate(0, 0, day).Format(time.DateOnly)
}

// play lets everything happen in its order.
func (f *filling) play() error {
	for f.agenda.Len() > 0 && f.err == nil {
		e := heap.Pop(&f.agenda).(event)
		if day := f.dayOf(e.at); day != f.day {
			f.send()
			f.day = day
		}
		f.now = e.at
		e.do()
	}
	f.send()
	return f.err
}

// dayOf counts the days from today to a moment.
func (f *filling) dayOf(t time.Time) int {
	midnight := func(t time.Time) time.Time {
		y, m, d := t.In(china).Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	return int(midnight(t).Sub(midnight(f.clock.until)) / (24 * time.Hour))
}
