//go:build !race

package explorer_test

// mostPages is how many addresses a crawl looks at: lists lead on and on.
const mostPages = 1500
