// Package anchortest gives the tests of anchoring and of the audit what they share: a
// book on a database, a mixed business that fills it, and hands that reach behind its
// back.
package anchortest
