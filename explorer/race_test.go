//go:build race

package explorer_test

// mostPages is how many addresses a crawl looks at: with the race detector each costs
// twenty times as much.
const mostPages = 250
