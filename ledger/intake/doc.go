// Package intake reads real lists into the book: what a bank, a payment platform or a
// charity's own sheet has of gifts, payments and goods. It also holds totals that were
// published elsewhere against what is recorded.
//
// # Lists
//
// A list is CSV with any of the usual delimiters, the same packed with gzip, or a sheet
// of an XLSX workbook. Its encoding (UTF-8, UTF-16, GB18030), its delimiter and the line
// with its header are found out. What stands in which column is said by a [Profile]:
//
//	mingzhang import donations 明细.csv --project 4 --source icbc-2026 \
//	    --columns date=交易日期,amount=贷方发生额,donor=对方户名,serial=流水号 --save-profile icbc
//
// Amounts are exact: they are read as whole numbers of the smallest unit, and what would
// have to be rounded is refused. See [ParseMoney], [ParseWhen] and [ParseQuantity].
//
// # Rows are there once
//
// A row is known by its source, its content, and how many rows with the same content
// come before it in the file: two gifts of the same day and amount are two gifts. The
// source is the file's content, so that the same file adds nothing when it is imported
// again, packed or not, and an import that was stopped goes on when it is run again.
// A list that grows has other content every time: name its source (--source), always by
// the same name, and only the new rows are added. Lists of which one does not continue
// the other have different names, or none; else rows that happen to be alike would be
// taken for one. The serial number of a payment is there once, whatever the source.
//
// A row that is read in another way than before (with another channel, say) contradicts
// its record and is refused.
//
// # What becomes of a row
//
// Rows are recorded in their order, in groups, each row for itself: one that breaks a
// rule is refused, counted by its reason and written to a file (--errors), and the
// others are recorded. A dry run (--dry-run) asks the book's own rules and records
// nothing. An import may run while a server does. Its memory does not grow with the list,
// but for some 30 bytes for each row, by which identical rows are told apart, and in a
// dry run 100 more, by which rows are.
//
// A giver or payee of whom the list does not say that it is an organization is taken for
// a person, whose name is sealed: what is published cannot be taken back.
//
// Goods are assets, registered by name and unit when they first come in. Goods that are
// handed out but never came in, or not so many, are refused: nothing is made up to have
// come in.
//
// # Claims
//
// [Reconcile] compares claimed totals with recorded ones, per day and in all, and finds
// where they differ by more than the digits that were published, and where the claims
// contradict each other. With --publish the claims are in the book as disclosures of the
// kind [ledger.Claim], and [Reconciled] shows them to everybody.
package intake
