package chart

// apportion turns values into shares of a length: each is at least least, and together
// they are the length. What the smallest get too much, the others give in proportion.
// Where there is not room for that, all get the same.
func apportion(length float64, values []float64, least float64) {
	if float64(len(values))*least >= length {
		for i := range values {
			values[i] = length / float64(len(values))
		}
		return
	}
	rest, sum := length, 0.0
	for _, v := range values {
		sum += v
	}
	raised := func(v float64) bool { return v*rest < least*sum }
	for again := true; again; {
		again = false
		for i, v := range values {
			if v >= 0 && raised(v) {
				values[i], again = -1, true // to be least
				rest, sum = rest-least, sum-v
			}
		}
	}
	for i, v := range values {
		if v < 0 {
			values[i] = least
		} else {
			values[i] = v / sum * rest
		}
	}
}
