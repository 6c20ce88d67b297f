package store

import (
	"slices"

	"gorm.io/gorm"

	"mingzhang/ledger/view"
)

// readFiles adds to flows what is recorded of the files that they name. Most name none.
func readFiles(db *gorm.DB, flows []view.Flow) error {
	var hashes []string
	for _, f := range flows {
		hashes = append(hashes, f.Flow.Evidence...)
	}
	if len(hashes) == 0 {
		return nil
	}
	known, err := filesOf(db, hashes)
	if err != nil {
		return err
	}
	for i := range flows {
		for _, hash := range flows[i].Flow.Evidence {
			file := known[hash]
			file.Hash = hash
			flows[i].Files = append(flows[i].Files, file)
		}
	}
	return nil
}

type fileRow view.File

func (r *fileRow) fields() []any { return []any{&r.Hash, &r.Media, &r.Size, &r.Public} }

// filesOf gives what is recorded of files, by their hashes.
func filesOf(db *gorm.DB, hashes []string) (map[string]view.File, error) {
	known := map[string]view.File{}
	for part := range slices.Chunk(hashes, 1000) { // a statement has room for some thousands
		rows, err := ask[fileRow](db.Raw("SELECT hash, media, size, public FROM evidence WHERE hash IN ?", part))
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			known[r.Hash] = view.File(r)
		}
	}
	return known, nil
}
