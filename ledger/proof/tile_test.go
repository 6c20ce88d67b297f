package proof

import (
	"math"
	"slices"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"mingzhang/ledger"
)

var tilePaths = []struct {
	name string
	tile Tile
	path string
}{
	{"first", Tile{0, 0, 256}, "tile/0/000"},
	{"the specification's example", Tile{0, 1234067, 256}, "tile/0/x001/x234/067"},
	{"three digits", Tile{1, 999, 256}, "tile/1/999"},
	{"four digits", Tile{1, 1000, 256}, "tile/1/x001/000"},
	{"partial", Tile{2, 0, 1}, "tile/2/000.p/1"},
	{"widest partial", Tile{63, 1234067, 255}, "tile/63/x001/x234/067.p/255"},
	{"greatest number", Tile{0, math.MaxInt64, 256}, "tile/0/x009/x223/x372/x036/x854/x775/807"},
	{"bundle", Tile{BundleLevel, 5, 256}, "tile/entries/005"},
	{"partial bundle", Tile{BundleLevel, 273, 112}, "tile/entries/273.p/112"},
}

func TestTilePath(t *testing.T) {
	for _, c := range tilePaths {
		t.Run(c.name, func(t *testing.T) {
			if got := c.tile.Path(); got != c.path {
				t.Errorf("%v.Path() = %q, want %q", c.tile, got, c.path)
			}
			if got, err := ParseTilePath(c.path); got != c.tile || err != nil {
				t.Errorf("ParseTilePath(%q) = %v, %v, want %v", c.path, got, err, c.tile)
			}
		})
	}
}

func TestParseTilePathRefuses(t *testing.T) {
	for name, path := range map[string]string{
		"nothing":                 "",
		"prefix alone":            "tile/",
		"no number":               "tile/0",
		"empty number":            "tile/0/",
		"leading slash":           "/tile/0/000",
		"other word":              "tiles/0/000",
		"tlog's height":           "tile/8/0/000",
		"tlog's data":             "tile/data/000",
		"level with zero":         "tile/00/000",
		"level with sign":         "tile/+1/000",
		"level beyond 63":         "tile/64/000",
		"negative level":          "tile/-1/000",
		"level below entries":     "tile/-2/000",
		"one digit":               "tile/0/5",
		"four digits together":    "tile/0/1234",
		"needless group":          "tile/0/x000/067",
		"x on the last":           "tile/0/x067",
		"no x on the first":       "tile/0/001/067",
		"two x":                   "tile/0/xx01/067",
		"negative number":         "tile/0/-01",
		"number beyond int64":     "tile/0/x009/x223/x372/x036/x854/x775/808",
		"number far beyond int64": "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
		"full with width":         "tile/0/000.p/256",
		"width zero":              "tile/0/000.p/0",
		"width with zero":         "tile/0/000.p/01",
		"width with sign":         "tile/0/000.p/+1",
		"no width":                "tile/0/000.p/",
		"no slash":                "tile/0/000.p",
		"two widths":              "tile/0/000.p/1.p/1",
		"trailing slash":          "tile/0/000/",
		"trailing element":        "tile/0/000.p/1/2",
		"trailing space":          "tile/0/000 ",
		"query":                   "tile/0/000?x",
		"wide digits":             "tile/0/００５",
		"not UTF-8":               "tile/0/00\xff",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ParseTilePath(path)
			wantCode(t, path, err, ledger.Corrupt, "tile-path")
		})
	}
}

// The tree of 70,000 leaves that tlog-tiles describes, and its one of 256.
func TestTilesOfTheSpecification(t *testing.T) {
	for _, c := range []struct {
		size int
		full [3]int
		edge []string
	}{
		{70_000, [3]int{273, 1, 0}, []string{"tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"}},
		{256, [3]int{1, 0, 0}, []string{"tile/1/000.p/1"}},
	} {
		var full [3]int
		var partial []string
		for _, tile := range new(Edge).Append(numbered(c.size)) {
			if tile.Width == TileWidth {
				full[tile.Level]++
			} else {
				partial = append(partial, tile.Path())
			}
			if len(tile.Hashes) != tile.Width*tlog.HashSize {
				t.Errorf("%s has %d bytes, want %d", tile.Path(), len(tile.Hashes), tile.Width*tlog.HashSize)
			}
		}
		var edge []string
		for _, tile := range RightEdge(int64(c.size)) {
			edge = append(edge, tile.Path())
		}
		if full != c.full || !slices.Equal(partial, c.edge) || !slices.Equal(edge, c.edge) {
			t.Errorf("size %d: got %v full tiles, partial %v, RightEdge %v; want %v and %v", c.size, full, partial, edge, c.full, c.edge)
		}
	}
}

func TestPartialWidth(t *testing.T) {
	for _, c := range []struct {
		level int
		size  int64
		want  int
	}{
		{0, 0, 0}, {0, 255, 255}, {0, 256, 0}, {1, 256, 1}, {0, 70_000, 112}, {1, 70_000, 17}, {2, 70_000, 1}, {3, 70_000, 0},
		{BundleLevel, 70_000, 112}, {7, MaxSize, 63}, {7, math.MaxInt64, 127}, {63, math.MaxInt64, 0}, {0, -1, 0},
	} {
		if got := PartialWidth(c.level, c.size); got != c.want {
			t.Errorf("PartialWidth(%d, %d) = %d, want %d", c.level, c.size, got, c.want)
		}
	}
}

func TestTileIn(t *testing.T) {
	for _, c := range []struct {
		tile Tile
		size int64
		want bool
	}{
		{Tile{0, 0, 256}, 255, false}, {Tile{0, 0, 256}, 256, true}, {Tile{0, 0, 255}, 256, true},
		{Tile{0, 273, 112}, 70_000, true}, {Tile{0, 273, 113}, 70_000, false}, {Tile{0, 274, 1}, 70_000, false},
		{Tile{1, 1, 17}, 70_000, true}, {Tile{1, 1, 18}, 70_000, false}, {Tile{2, 0, 1}, 70_000, true}, {Tile{3, 0, 1}, 70_000, false},
		{Tile{BundleLevel, 273, 112}, 70_000, true}, {Tile{BundleLevel, 273, 113}, 70_000, false},
		{Tile{0, 0, 0}, 70_000, false}, {Tile{0, -1, 1}, 70_000, false}, {Tile{0, 0, 257}, 70_000, false},
		{Tile{0, math.MaxInt64, 256}, math.MaxInt64, false}, {Tile{0, 0, 1}, 0, false}, {Tile{0, 0, 1}, -5, false},
	} {
		if got := c.tile.In(c.size); got != c.want {
			t.Errorf("%v.In(%d) = %t, want %t", c.tile, c.size, got, c.want)
		}
	}
}

// A tile's path is tlog's without the height.
func TestTilePathAgreesWithTlog(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tile := Tile{rapid.IntRange(0, 63).Draw(t, "level"), rapid.Int64Min(0).Draw(t, "number"), rapid.IntRange(1, 256).Draw(t, "width")}
		theirs := tlog.Tile{H: TileHeight, L: tile.Level, N: tile.Number, W: tile.Width}.Path()
		if got, want := tile.Path(), "tile"+theirs[len("tile/8"):]; got != want {
			t.Errorf("%v.Path() = %q, want %q", tile, got, want)
		}
		if got, err := ParseTilePath(tile.Path()); got != tile || err != nil {
			t.Errorf("ParseTilePath(%q) = %v, %v, want %v", tile.Path(), got, err, tile)
		}
	})
}

func FuzzTilePath(f *testing.F) {
	for _, c := range tilePaths {
		f.Add(c.path)
	}
	for _, path := range []string{"tile/0/x001/x234/067.p/256", "tile/-1/000", "tile/0/x000/067", "tile/64/000"} {
		f.Add(path)
	}
	f.Fuzz(func(t *testing.T, path string) {
		tile, err := ParseTilePath(path)
		if err == nil && tile.Path() != path {
			t.Errorf("ParseTilePath(%q) gives %q", path, tile.Path())
		}
		tile.In(MaxSize)
	})
}
