package chart

// The narrow flow picture: columns become rows from top to bottom, names stand below
// their nodes or in a list, and bands run on between the rows.
const (
	narrowPad  = 6.0
	barHeight  = 9.0  // of a node
	basinDepth = 18.0 // of a lake
	bandHeight = 60.0 // between two rows
)

// down is the plan of the narrow picture.
type down struct {
	*net
	rows     []downRow
	captions []caption // of each knot
}

// downRow is where a row's bars begin, and where the bands below it begin.
type downRow struct{ bars, bands float64 }

func (n *net) down() *sheet {
	d := &down{net: n, captions: make([]caption, len(n.knots))}
	d.shrink(narrow - 2*narrowPad)
	n.attach()
	n.relax(n.ranks, narrow-2*narrowPad)
	y := narrowPad
	for r := range n.ranks {
		y = d.row(r, y)
	}
	return d.draw(y)
}

// shrink finds the scale at which the fullest row fits, and gives all knots their slots.
func (d *down) shrink(width float64) {
	scale := width / d.widest()
	for range 12 {
		d.size(scale)
		over := 1.0
		for _, rank := range d.ranks {
			over = max(over, d.taken(rank)/width)
		}
		if over <= 1.0001 {
			break
		}
		scale /= over
	}
	for _, rank := range d.ranks {
		for _, i := range rank {
			d.knots[i].slot, d.knots[i].lift = d.knots[i].size+gap(len(rank), width), 0
		}
	}
}

func (d *down) taken(rank []int) float64 {
	sum := gap(len(rank), narrow-2*narrowPad) * float64(len(rank))
	for _, i := range rank {
		sum += d.knots[i].size
	}
	return sum
}

// gap is what stands between the nodes of a row: less where there are many.
func gap(nodes int, width float64) float64 { return min(10, 0.4*width/float64(nodes)) }

// row finds the places of a row's captions, and gives where the next row begins.
func (d *down) row(r int, y float64) (next float64) {
	marks := make([]mark, len(d.ranks[r]))
	height := barHeight
	for j, i := range d.ranks[r] {
		k := &d.knots[i]
		if k.node == crossing {
			continue
		}
		node := d.Nodes[k.node]
		marks[j] = mark{d.x(k) - k.size/2, d.x(k) + k.size/2, node.Label, node.Amount}
		if node.Lake {
			height = basinDepth
		}
	}
	places, below := captions(marks, y+height, narrow-narrowPad, len(marks))
	for j, i := range d.ranks[r] {
		d.captions[i] = places[j]
	}
	d.rows = append(d.rows, downRow{y, y + height + below})
	if r == len(d.ranks)-1 {
		return y + height + below
	}
	return y + height + below + bandHeight
}

func (d *down) x(k *knot) float64 { return narrowPad + k.mid }

func (d *down) draw(height float64) *sheet {
	s := newSheet(d.Head, narrow)
	s.down = true
	for _, i := range d.thickFirst() {
		d.band(s, i)
	}
	for _, stems := range []bool{true, false} {
		for _, rank := range d.ranks {
			for _, i := range rank {
				if k := &d.knots[i]; k.node != crossing && stems {
					d.stem(s, k)
				} else if k.node != crossing {
					d.node(s, i)
				}
			}
		}
	}
	return s.finish(height)
}

// band draws one: its left edge down, its right edge back. Between rows it curves, and
// where it crosses a row it runs straight.
func (d *down) band(s *sheet, i int) {
	closing := d.ribbon(s, i)
	run := d.runs[i]
	for j, l := range run {
		leg := &d.legs[l]
		x0, y0, x1, y1 := d.ends(leg)
		if j == 0 {
			s.at("M", x0-leg.a/2, y0)
		} else {
			s.at("L", x0-leg.a/2, y0)
		}
		s.at("C", x0-leg.a/2, (y0+y1)/2, x1-leg.b/2, (y0+y1)/2, x1-leg.b/2, y1)
	}
	for j := len(run) - 1; j >= 0; j-- {
		leg := &d.legs[run[j]]
		x0, y0, x1, y1 := d.ends(leg)
		s.at("L", x1+leg.b/2, y1)
		s.at("C", x1+leg.b/2, (y0+y1)/2, x0+leg.a/2, (y0+y1)/2, x0+leg.a/2, y0)
	}
	s.raw(closing)
}

func (d *down) ends(l *leg) (x0, y0, x1, y1 float64) {
	from, to := &d.knots[l.from], &d.knots[l.to]
	return d.x(from) + l.off0, d.rows[from.rank].bands, d.x(to) + l.off1, d.rows[to.rank].bars
}

// stem is the pale way from a node down past the names, as wide as what leaves it.
func (d *down) stem(s *sheet, k *knot) {
	width := 0.0
	for _, l := range k.outs {
		width += d.legs[l].a
	}
	if row := d.rows[k.rank]; width > 0 {
		s.rect("stem "+d.Nodes[k.node].Class.String(), d.x(k)-k.size/2, row.bars+barHeight, width, row.bands-row.bars-barHeight)
	}
}

func (d *down) node(s *sheet, i int) {
	k, node := &d.knots[i], d.Nodes[d.knots[i].node]
	x, y := d.x(k)-k.size/2, d.rows[k.rank].bars
	closing := s.begin(node.Href, node.Label, node.Amount)
	if node.Lake {
		s.basin(x, y, k.size, basinDepth, node.Class)
	} else {
		s.solid("bar", node.Class, x, y, k.size, barHeight)
	}
	d.captions[i].draw(s, "caption halo")
	s.raw(closing)
}
