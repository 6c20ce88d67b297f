// Package sample makes up the accounts of a city and writes them into an empty book,
// through the book itself: for the demo, for the tests of the pages, and for whoever
// wants to see everything that a book can hold in one place.
//
// The city is called 南珠市. Five charities, four partners, a platform, a regulator and an
// auditor keep accounts there for 14 months that end now: 14 projects, some 3,000 gifts,
// what was paid with them, and everything that goes wrong in an office and is put right.
// Organizations have codes with a right check digit and MADE in them, which no registry
// gives out; natural persons have names put together by chance, sealed as the book seals
// them. [City] tells where a reader finds what.
//
// # Time
//
// The book that is filled must have a [Clock], which Fill moves from event to event, so
// that what is recorded follows what occurred. Nothing is dated after now.
//
// # Writing more of it
//
// Each project has a story: a function that registers it on a day and plans what happens
// later. Days are counted from today, so yesterday is −1. What is planned for the future
// is left out. Stories may not rely on days of the week: what is done in offices moves to
// the next Monday.
package sample
