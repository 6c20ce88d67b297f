package fabric

// Observe has f told of the steps of calls: endorsing (0), ordering (1), committed (2).
func Observe(f func(step int)) { observe = f }
