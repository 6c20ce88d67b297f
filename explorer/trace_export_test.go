package explorer

// Bound sets how many parts of a trace a page shows and adds up, until restore.
func Bound(shown, added int) (restore func()) {
	before, all := partsShown, partsAdded
	partsShown, partsAdded = shown, added
	return func() { partsShown, partsAdded = before, all }
}
