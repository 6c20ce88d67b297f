package chart

import "math"

// Steps gives about n round values between low and high for an axis, each 1, 2, 2.5 or 5
// times a power of ten from the next, nought among them.
func Steps(low, high int64, n int) []int64 {
	low, high = min(low, 0), max(high, 0)
	if low == high || n < 1 {
		return nil
	}
	step := round((float64(high) - float64(low)) / float64(n))
	var steps []int64
	for v := float64(math.Ceil(float64(low)/step)) * step; v <= float64(high); v += step {
		steps = append(steps, int64(v))
	}
	return steps
}

// round gives the next round number from v on, at least 1.
func round(v float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(v)))
	for _, digit := range []float64{1, 2, 2.5, 5, 10} {
		if step := digit * power; step >= v && step == math.Trunc(step) {
			return max(step, 1)
		}
	}
	return max(10*power, 1)
}
