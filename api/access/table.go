package access

import "mingzhang/ledger"

// The grants that several rules share.
var (
	// The platform records for charities: fundraising platforms push gifts by the
	// million, and small charities hand in lists and have no program of their own. Every
	// record says by whose key it was written, so it is seen who did.
	platform = grant{ledger.Platform, condition{holds: always}}
	charity  = grant{ledger.Charity, condition{holds: always}}
	partner  = grant{ledger.Partner, condition{holds: always}}
	// The regulator's keys are few and for what nobody else may do.
	regulator = grant{ledger.Regulator, condition{holds: always}}
	auditor   = grant{ledger.Auditor, condition{holds: always}}

	// A charity answers for all of its project, whoever holds a pool of it.
	owner = grant{ledger.Charity, condition{owns, "项目所属的慈善组织", "the charity whose project it is", ownerOf}}
	// Who holds a pool of another's project carries the project out: a partner, or a
	// charity in its place. It says what it did with what it was given, no more.
	holderWords   = condition{holds, "资金池的持有人", "the holder of the pool", holderOf}
	holder        = grant{ledger.Partner, holderWords}
	charityHolder = grant{ledger.Charity, holderWords}
)

// rules are the whole of it. TestMatrix shows what they come to.
var rules = map[Action]rule{
	// DESIGN 8: the platform registers organizations and projects. It has seen the
	// certificate and the filing; a charity that filed for itself could invent both.
	RegisterOrganization: {"登记组织", "register an organization", []grant{platform}},
	RegisterProject:      {"登记项目", "register a project", []grant{platform}},
	// The name and unit of an asset are for all charities and for ever.
	RegisterAsset: {"登记资产", "register an asset", []grant{platform}},
	// The log's and authors' keys are the platform's to vouch for. A witness is worth
	// something because the platform does not choose it, so the regulator names its own.
	RegisterKey: {"登记公钥", "register a public key", []grant{platform,
		{ledger.Regulator, condition{witness, "监管部门（限本部门的见证密钥）", "the regulator, for a witness's key of its own", nil}}}},

	// All money goes through the charity's account (Charity Law 26), so a partner
	// receives nothing from the public. What is given straight into a pool that a partner
	// holds, like goods at the warehouse, the project's charity records.
	RecordIncome: {"记录收入", "record an income", []grant{platform, owner}},
	Spend:        {"记录支出", "record an expenditure", []grant{platform, owner, charityHolder, holder}},
	// The giving side moves. Its charity may send money anywhere (into another's project
	// with that side's consent, which the book asks for); who holds a pool for it may only
	// hand back: to pass on or re-allocate what was entrusted is the charity's decision.
	Transfer: {"记录调拨", "record a transfer", []grant{platform, owner,
		{ledger.Charity, condition{handsBack, "退回该慈善组织的资金池持有人", "the holder of the pool, back to that charity", holderOf}},
		{ledger.Partner, condition{handsBack, "退回该慈善组织的资金池持有人", "the holder of the pool, back to that charity", holderOf}}}},
	// Consent is worth something because nobody gives it for the receiver, not even the
	// platform: it becomes answerable for the money.
	Consent: {"同意调入", "consent to a transfer", []grant{
		{ledger.Charity, condition{receives, "接收项目所属的慈善组织", "the charity whose project receives", func(on *Target) *int64 {
			if on.To == nil {
				return nil
			}
			return &on.To.Owner
		}}}}},
	// What the money turns into is the charity's decision, and its price the charity's to
	// answer for: a partner hands in the papers.
	Convert: {"记录兑换", "record a conversion", []grant{platform, owner}},
	// To donors only the charity answers (Charity Law 42), and the platform, whose channel
	// pays back. Units that went into another charity's project are that one's to give.
	Refund: {"记录退款", "record a refund", []grant{platform, owner}},
	// What comes back came to who paid.
	Return: {"记录退回", "record a return", []grant{platform, owner, charityHolder, holder}},
	// Who loses units by it must be the one to say so: a transfer into another's project is
	// undone by that side. A holder undoes its own mistakes, not what it was given.
	Reverse: {"冲正", "reverse an entry", []grant{platform, owner,
		{ledger.Charity, condition{undoes, "记录该笔且持有资金池的组织", "the holder of the pool, for its own entry", holderOf}},
		{ledger.Partner, condition{undoes, "记录该笔且持有资金池的组织", "the holder of the pool, for its own entry", holderOf}}}},
	// Who paid has the recipient's signature.
	Deliver: {"记录签收", "record a delivery", []grant{platform, owner, charityHolder, holder}},

	// A charity's publications are its duty (Charity Law 79); small ones have them sent in.
	Disclose: {"发布信息", "publish about a project", []grant{platform, owner}},
	// Who wrote a word, and who answers for the project, may put it right, for all to see.
	// A regulator's order is the regulator's alone to correct.
	Correct: {"更正记录", "correct a record", []grant{
		{ledger.Platform, condition{holds: wordsOf}},
		{ledger.Charity, condition{ownWords, "项目所属的慈善组织", "the charity whose project it is", ownerOf}},
		{ledger.Partner, condition{wrote, "写下该记录的组织", "the organization that wrote it", writerOf}},
		{ledger.Regulator, condition{wrote, "写下该记录的组织", "the organization that wrote it", writerOf}}}},
	// DESIGN 8: a charity changes its own plan and status. Not the platform: a plan is the
	// basis of transfers, and who records for others must not make the basis as well.
	ChangePlan:   {"变更募捐方案", "change a plan", []grant{owner}},
	ChangeStatus: {"变更项目状态", "change a project's status", []grant{owner}},
	// DESIGN 8: the regulator freezes, and it alone releases.
	Freeze: {"冻结或解冻项目", "freeze or release a project", []grant{regulator}},
	// A file belongs to nobody before a flow names it. A redacted version stands before
	// the public in the place of an original: only who brought that one makes it.
	AddEvidence: {"上传凭证", "add evidence", []grant{platform,
		{ledger.Charity, condition{fresh, "慈善组织、执行机构（遮蔽件限原件的上传方）", "a charity or partner (of a redacted version, the one that brought the original)", nil}},
		{ledger.Partner, condition{fresh, "慈善组织、执行机构（遮蔽件限原件的上传方）", "a charity or partner (of a redacted version, the one that brought the original)", nil}}}},
	// PIPL 47. Not the charity: what it could erase an auditor could no longer read.
	Erase: {"删除密封内容", "erase what is sealed", []grant{platform}},
	// DESIGN 5: platform and regulator together. Each asks with a key of its own; the
	// exception is recorded when both have.
	Except: {"提出例外", "make an exception", []grant{platform, regulator}},
	// The door only: each line is asked about by itself.
	Batch: {"批量提交", "hand in a batch", []grant{platform, charity, partner, regulator}},

	// DESIGN 3: only the donor, by the receipt, and auditors see what is sealed in
	// private. A regulator sends an auditor; each look is noted, see OpenSeal.
	ReadPrivateSeal: {"查看非公开密封内容", "open a private seal", []grant{auditor}},
	// Originals are for regulators and auditors; who brought one has it anyway.
	ReadPrivateEvidence: {"查看凭证原件", "see the original of evidence", []grant{regulator, auditor,
		{ledger.Platform, condition{wrote, "上传该凭证的组织", "the organization that brought it", writerOf}},
		{ledger.Charity, condition{wrote, "上传该凭证的组织", "the organization that brought it", writerOf}},
		{ledger.Partner, condition{wrote, "上传该凭证的组织", "the organization that brought it", writerOf}}}},
	// Those who look are watched by those who let them in.
	ReadOpenings: {"查看密封查阅记录", "see who opened seals", []grant{platform, regulator}},
	// The platform lets everybody in; the regulator its own people and the auditors, so
	// that an audit needs nothing from whom it audits.
	ManageKeys: {"管理 API 密钥", "manage API keys", []grant{platform,
		{ledger.Regulator, condition{supervises, "监管部门（限本部门和审计机构的密钥）", "the regulator, for its own keys and auditors'", nil}}}},
}
