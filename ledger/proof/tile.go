package proof

import (
	"strconv"
	"strings"

	"mingzhang/ledger"
)

const (
	TileHeight  = 8               // tree levels that one tile spans
	TileWidth   = 1 << TileHeight // hashes in a full tile, records in a full bundle
	BundleLevel = -1              // Tile.Level of an entry bundle, spelled "entries" in a path

	// MaxSize bounds every tree here, in leaves. tlog numbers stored hashes with
	// an int64, about two for each leaf, and its search for the next power of two
	// never ends beyond 2^62: a larger size must not reach it.
	MaxSize = 1<<62 - 1

	levels = 8 // tile levels that a tree of MaxSize leaves needs
)

// Tile names Width consecutive hashes of the tree, starting with the hash of
// the perfect subtree number Number*256 among those of 256^Level leaves
// (tlog-tiles, "Merkle Tree"). At BundleLevel it names Width whole records.
type Tile struct {
	Level  int   // 0 for leaf hashes, at most 63; BundleLevel for records
	Number int64 // from 0, within the level
	Width  int   // 1 to 256
}

// Path gives the address below the log's prefix, with the number in groups of
// three digits: "tile/0/x001/x234/067", "tile/1/000.p/17", "tile/entries/005".
func (t Tile) Path() string {
	level := "entries"
	if t.Level != BundleLevel {
		level = strconv.Itoa(t.Level)
	}
	digits := strconv.FormatInt(t.Number, 10)
	digits = strings.Repeat("0", (3-len(digits)%3)%3) + digits
	path := "tile/" + level + "/"
	for ; len(digits) > 3; digits = digits[3:] {
		path += "x" + digits[:3] + "/"
	}
	if path += digits; t.Width < TileWidth {
		path += ".p/" + strconv.Itoa(t.Width)
	}
	return path
}

// ParseTilePath is the inverse of Path. Any other spelling of a tile is refused
// (Corrupt, "tile-path"), so that one tile has one address in every cache.
func ParseTilePath(path string) (Tile, error) {
	t, ok := readTilePath(path)
	if !ok || t.Path() != path {
		return Tile{}, ledger.Refuse(ledger.Corrupt, "tile-path", "",
			"%.80q 不是有效的瓦片路径", "%.80q is not the path of a tile", path)
	}
	return t, nil
}

// readTilePath is lenient about spelling: ParseTilePath compares that.
func readTilePath(path string) (t Tile, ok bool) {
	rest, isTile := strings.CutPrefix(path, "tile/")
	level, rest, _ := strings.Cut(rest, "/")
	number, width, partial := strings.Cut(rest, ".p/")
	if level == "entries" {
		level = strconv.Itoa(BundleLevel)
	}
	if !partial {
		width = strconv.Itoa(TileWidth)
	}
	var err [3]error
	t.Level, err[0] = strconv.Atoi(level)
	t.Number, err[1] = strconv.ParseInt(strings.NewReplacer("x", "", "/", "").Replace(number), 10, 64)
	t.Width, err[2] = strconv.Atoi(width)
	return t, isTile && err == [3]error{} && t.valid()
}

func (t Tile) valid() bool {
	return t.Level >= BundleLevel && t.Level < 64 && t.Number >= 0 && t.Width >= 1 && t.Width <= TileWidth
}

// In reports whether a tree of size leaves has all the hashes (or records) of
// t. A server asks it with the published size before it answers a request.
func (t Tile) In(size int64) bool {
	left := hashesAt(t.Level, size) - int64(t.Width)
	return t.valid() && left >= 0 && t.Number <= left/TileWidth
}

// PartialWidth gives the hashes in the partial tile of a level in a tree of
// size leaves, 0 to 255: floor(size / 256^level) mod 256 (tlog-tiles, "Partial
// Tiles"). 0 means that the level has no partial tile.
func PartialWidth(level int, size int64) int {
	return int(hashesAt(level, size) % TileWidth)
}

// RightEdge lists the partial tiles of a tree of size leaves, lowest level
// first. Together they determine its root.
func RightEdge(size int64) []Tile {
	var edge []Tile
	for level := range levels {
		if w := PartialWidth(level, size); w > 0 {
			edge = append(edge, Tile{level, hashesAt(level, size) / TileWidth, w})
		}
	}
	return edge
}

// hashesAt counts the hashes that all tiles of a level hold together.
func hashesAt(level int, size int64) int64 {
	return max(size, 0) >> (TileHeight * max(level, 0))
}
