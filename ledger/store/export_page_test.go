package store

// ExportBy makes exports read pages of n records, until back is called.
func ExportBy(n int64) (back func()) {
	before := exportPage
	exportPage = n
	return func() { exportPage = before }
}
