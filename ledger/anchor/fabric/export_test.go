package fabric

// Steps of a call, as Observe tells them.
const (
	Endorsing = endorsing
	Ordering  = ordering
	Sent      = sent
	Committed = committed
)

// Observe has f told of the steps of calls.
func Observe(f func(step int)) { observe = f }
