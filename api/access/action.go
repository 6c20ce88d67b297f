package access

// Action is what somebody wants to do.
type Action string

const (
	RegisterOrganization Action = "register-organization"
	RegisterAsset        Action = "register-asset"
	RegisterProject      Action = "register-project"
	RegisterKey          Action = "register-key" // a public key of the log, an author, a witness

	RecordIncome Action = "record-income"
	Spend        Action = "spend"
	Transfer     Action = "transfer"
	Consent      Action = "consent" // to a transfer, for the receiving organization
	Convert      Action = "convert"
	Refund       Action = "refund"
	Return       Action = "return"
	Reverse      Action = "reverse"
	Deliver      Action = "deliver"

	Disclose     Action = "disclose"
	Correct      Action = "correct"
	ChangePlan   Action = "change-plan"
	ChangeStatus Action = "change-status"
	Freeze       Action = "freeze" // and release
	AddEvidence  Action = "add-evidence"
	Erase        Action = "erase"
	Except       Action = "except"
	Batch        Action = "batch"

	ReadPrivateSeal     Action = "read-private-seal"
	ReadPrivateEvidence Action = "read-private-evidence"
	ReadOpenings        Action = "read-openings" // who looked behind private seals
	ManageKeys          Action = "manage-keys"
)
