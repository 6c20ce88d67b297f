package store

// LookAt makes a page of flows look at about n records, until back is called.
func LookAt(n int) (back func()) {
	before := maxLooked
	maxLooked = n
	return func() { maxLooked = before }
}
