package chart

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"
)

// letters of labels: Chinese, Latin, figures, and what an attacker would try.
var labels = rapid.OneOf(
	rapid.SampledFrom([]string{"", "微信小额捐赠", "南珠市慈善会", "业务活动成本·直接资助", "珍珠湾社会工作服务中心（北岸分中心）", "Pearl Bay School Lunch Programme", "a", "其他 213 家"}),
	rapid.StringOfN(rapid.SampledFrom([]rune("明账捐款一二三（）·，ABCxyz 0129<>&\"'\u202e\u2066\u0000\u007f\u00ad…")), 0, 40, -1),
	rapid.SampledFrom([]string{"<script>alert(1)</script>", `" onload="x`, "]]><svg/onload=1>", "\xff\xfe", "&amp;&#0;"}),
)

// fen draws an amount from a range of six orders of magnitude, each as likely.
func fen(t *rapid.T, name string) int64 {
	return int64(math.Pow(10, rapid.Float64Range(0, 8).Draw(t, name)))
}

func amount(t *rapid.T, v int64) string {
	return rapid.SampledFrom([]string{yuan(v), fmt.Sprint(v), "", "¥1,234,567,890,123,456.78"}).Draw(t, "amount")
}

func class(t *rapid.T) Class { return Class(rapid.IntRange(0, 7).Draw(t, "class")) }

func drawFlow(t *rapid.T) Flow {
	f := Flow{Head: Head{ID: rapid.SampledFrom([]string{"f", "", "9 <x>", "流"}).Draw(t, "id"), Title: labels.Draw(t, "title"), Desc: labels.Draw(t, "desc")}}
	columns := rapid.IntRange(2, 6).Draw(t, "columns")
	for c := range columns {
		for range rapid.IntRange(1, 12).Draw(t, "nodes") {
			f.Nodes = append(f.Nodes, Node{Column: c * 2, Label: labels.Draw(t, "label"), Amount: amount(t, fen(t, "of")), Class: class(t), Href: "/records/1",
				Lake: c > 0 && rapid.IntRange(0, 9).Draw(t, "lake") == 0})
		}
	}
	for range rapid.IntRange(1, 120).Draw(t, "bands") {
		from, to := rapid.IntRange(0, len(f.Nodes)-1).Draw(t, "from"), rapid.IntRange(0, len(f.Nodes)-1).Draw(t, "to")
		if f.Nodes[from].Column < f.Nodes[to].Column && !f.Nodes[from].Lake {
			f.Bands = append(f.Bands, Band{From: from, To: to, Value: fen(t, "value"), Class: class(t), Href: "/v1/flows?a=1&b=2"})
		}
	}
	return f
}

// TestFlowIsSound draws flows of all kinds: everything is inside, no text lies on
// another, the markup is safe.
func TestFlowIsSound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { sound(t, drawFlow(t)) })
}

// TestBandsAddUp holds both layouts to the money: at every node the widths of the bands
// of either side add up to that side's part of the node, none is thinner than a pixel,
// and in one column no two nodes overlap.
func TestBandsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := drawFlow(t)
		if len(f.Bands) == 0 {
			return
		}
		n := newNet(f)
		n.order()
		n.across()
		addUp(t, n)
		apartAll(t, n)
		n.down()
		addUp(t, n)
		apartAll(t, n)
	})
}

func addUp(t *rapid.T, n *net) {
	for i, k := range n.knots {
		for side, legs := range [][]int{k.ins, k.outs} {
			width, value := 0.0, 0.0
			for _, l := range legs {
				w := n.legs[l].b
				if side == 1 {
					w = n.legs[l].a
				}
				if w < least-1e-9 {
					t.Fatalf("knot %d: a band %v wide", i, w)
				}
				width, value = width+w, value+n.legs[l].value
			}
			want := max(k.size*value/k.value, least*float64(len(legs)))
			if math.Abs(width-want) > 1e-6*want {
				t.Fatalf("knot %d of size %v: bands of one side are %v wide, want %v", i, k.size, width, want)
			}
			if width > k.size+1e-6 {
				t.Fatalf("knot %d of size %v: bands are %v wide", i, k.size, width)
			}
		}
	}
}

func apartAll(t *rapid.T, n *net) {
	for r, rank := range n.ranks {
		for j := 1; j < len(rank); j++ {
			a, b := n.knots[rank[j-1]], n.knots[rank[j]]
			if a.mid+a.size/2 > b.mid-b.size/2 {
				t.Fatalf("column %d: a node to %v, the next from %v", r, a.mid+a.size/2, b.mid-b.size/2)
			}
		}
	}
}

// TestOrderHelps holds the order of columns to the one that the caller gave: it never
// crosses more.
func TestOrderHelps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := drawFlow(t)
		n := newNet(f)
		for r := range n.ranks {
			n.sortRank(r, func(k *knot) float64 { return float64(k.place) })
		}
		before := n.crossings()
		n.order()
		if after := n.crossings(); after > before {
			t.Fatalf("crossings of %v became %v", before, after)
		}
	})
}

func drawSegments(t *rapid.T, most int) (segments []Segment) {
	at := rapid.Int64Range(0, 1e12).Draw(t, "first")
	for range rapid.IntRange(1, most).Draw(t, "segments") {
		if rapid.IntRange(0, 5).Draw(t, "break") == 0 {
			at += fen(t, "missing")
		}
		upto := at + fen(t, "units")
		segments = append(segments, Segment{From: at, Upto: upto, Label: labels.Draw(t, "label"), Amount: amount(t, upto-at), Class: class(t), Href: "/records/2"})
		at = upto
	}
	return segments
}

func TestLineIsSound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := Line{Head: Head{ID: "l", Title: labels.Draw(t, "title")}, Segments: drawSegments(t, 150)}
		for _, s := range l.Segments {
			if rapid.Bool().Draw(t, "named") {
				l.Cuts = append(l.Cuts, Tick{s.Upto, yuan(s.Upto)})
			}
		}
		sound(t, l)
	})
}

// TestPiecesAddUp holds a number line to its units: the pieces lie in order, together
// they are all segments, and each is as wide as its units but for the pixel that the
// smallest have at least.
func TestPiecesAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		segments := drawSegments(t, 300)
		line := track{x: 2}
		line.lay(segments, units(segments), narrow-4, breaks(segments))
		at, count := 2.0, 0
		for _, p := range line.pieces {
			if p.x0 < at-1e-6 || p.x1 <= p.x0 || p.broken != (p.x0 > at+1e-6) {
				t.Fatalf("a piece from %v to %v after %v, broken: %v", p.x0, p.x1, at, p.broken)
			}
			at, count = p.x1, count+len(p.parts)
		}
		if count != len(segments) || at > narrow-2+1e-6 {
			t.Fatalf("%d of %d segments up to %v", count, len(segments), at)
		}
		for _, s := range segments {
			x0, ok0 := line.at(s.From, false)
			x1, ok1 := line.at(s.Upto, true)
			if !ok0 || !ok1 || x1 < x0 {
				t.Fatalf("segment %v lies from %v to %v", s, x0, x1)
			}
		}
	})
}

func TestHopsAreSound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := Hops{Head: Head{ID: "h", Title: labels.Draw(t, "title")}}
		at := rapid.Int64Range(0, 1e12).Draw(t, "first")
		upper := drawSegments(t, 40)
		h.Rows = []Row{{Label: labels.Draw(t, "pool"), Amount: amount(t, 5), Segments: upper, Href: "/projects/1"}}
		var lower []Segment
		for _, s := range upper {
			if rapid.Bool().Draw(t, "stays") {
				continue
			}
			n := s.Upto - s.From
			lower = append(lower, Segment{From: at, Upto: at + n, Label: labels.Draw(t, "label"), Amount: amount(t, n), Class: class(t)})
			h.Links = append(h.Links, Link{Row: 0, From: s.From, Upto: s.Upto, Into: at, Unto: at + n, Title: labels.Draw(t, "link"), Class: class(t), Href: "/records/3"})
			at += n + rapid.Int64Range(0, 1).Draw(t, "break")*7
		}
		h.Rows = append(h.Rows, Row{Label: labels.Draw(t, "pool"), Amount: amount(t, 5), Segments: lower})
		sound(t, h)
	})
}

func TestColumnsAreSound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := Columns{Head: Head{ID: "c", Title: labels.Draw(t, "title")}, In: labels.Draw(t, "in"), Out: labels.Draw(t, "out"), Held: labels.Draw(t, "held")}
		for i := range rapid.IntRange(1, 36).Draw(t, "periods") {
			mark := func(name string) Mark {
				v := rapid.SampledFrom([]int64{0, 1, -1}).Draw(t, name+" sign") * fen(t, name)
				return Mark{v, amount(t, v), "/v1/flows"}
			}
			c.Periods = append(c.Periods, Period{Label: labels.Draw(t, "label"), Group: fmt.Sprint(2020+i/12, "年"), In: mark("in"), Out: mark("out"), Held: mark("held")})
		}
		low, high := c.Range()
		for _, v := range Steps(low, high, rapid.IntRange(0, 8).Draw(t, "steps")) {
			c.Ticks = append(c.Ticks, Tick{v, yuan(v)})
		}
		sound(t, c)
	})
}

func TestBarsAreSound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := Bars{Head: Head{ID: "b", Title: labels.Draw(t, "title")}}
		for range rapid.IntRange(1, 30).Draw(t, "rows") {
			v := rapid.SampledFrom([]int64{0, 1, -1}).Draw(t, "sign") * fen(t, "value")
			b.Rows = append(b.Rows, Bar{Label: labels.Draw(t, "label"), Value: v, Amount: amount(t, v), Share: labels.Draw(t, "share"), Class: class(t), Href: "/v1/flows",
				Budget: rapid.SampledFrom([]int64{0, 1}).Draw(t, "filed") * fen(t, "budget"), BudgetAmount: amount(t, 7)})
		}
		sound(t, b)
	})
}

func TestProgressIsSound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := sampleProgress(rapid.Int64Range(-5, 1e13).Draw(t, "raised"), rapid.Int64Range(-1, 1e13).Draw(t, "target"))
		p.RaisedAmount, p.TargetAmount, p.Percent = labels.Draw(t, "raised"), labels.Draw(t, "target"), labels.Draw(t, "percent")
		p.Small = rapid.Bool().Draw(t, "small")
		sound(t, p)
	})
}

func TestTreeIsSound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := int64(math.Pow(2, rapid.Float64Range(0, 40).Draw(t, "size")))
		tree := sampleTree(rapid.Int64Range(0, size-1).Draw(t, "index"), size)
		tree.Name, tree.Note, tree.Seal = labels.Draw(t, "name"), labels.Draw(t, "note"), labels.Draw(t, "seal")
		for i := range tree.Path {
			if rapid.Bool().Draw(t, "labelled") {
				tree.Path[i].Label = labels.Draw(t, "label")
			}
		}
		sound(t, tree)
	})
}
