package access

import "mingzhang/ledger"

// Target is what an action is about: the facts that the rules ask for, each looked up by
// the API before it asks. What does not apply, or is not known, is left out.
type Target struct {
	// Pool is the pool that units leave, or enter where they leave none; of a project's
	// plan, status or disclosure, any pool of the project. Of a reversal it is where the
	// units are: the pool that the reversed flow laid them in, or for one that laid none,
	// the pool that it took them from.
	Pool *Pool
	To   *Pool   // of a transfer: the pool that units enter
	By   *int64  // of an earlier record, or the original of a redacted file: who wrote it
	Type string  // of an earlier record: "flow", "freeze", …
	Key  *Holder // of an API key, or a public key of the log
}

// Pool is what the rules ask of a pool, by the indices of records.
type Pool struct {
	Project int64
	Owner   int64 // the organization of the project
	Holder  int64
}

// Holder is who has a key.
type Holder struct {
	Role         ledger.OrganizationKind // of an API key
	Use          string                  // of a public key: ledger.Key.Use
	Organization *int64
}
