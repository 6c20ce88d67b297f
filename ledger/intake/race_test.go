//go:build race

package intake

// slow says that the race detector is on, under which the embedded database takes
// fifteen times as long.
const slow = true

func init() { firstGroup = 256 }
