package proof

import (
	"encoding/binary"

	"mingzhang/ledger"
	"mingzhang/ledger/record"
)

// AppendEntry appends a record to an entry bundle: its length as a big-endian
// uint16, then its bytes. A record beyond record.MaxBytes is Invalid, "record-too-long",
// and leaves the bundle as it was.
func AppendEntry(bundle, data []byte) ([]byte, error) {
	if len(data) > record.MaxBytes {
		return bundle, ledger.Refuse(ledger.Invalid, "record-too-long", "",
			"记录有 %d 字节，最多可有 %d 字节", "the record has %d bytes; at most %d fit", len(data), record.MaxBytes)
	}
	bundle = binary.BigEndian.AppendUint16(bundle, uint16(len(data)))
	return append(bundle, data...), nil
}

// Entries splits a bundle into its records, which share its memory. It refuses
// (Corrupt, "bundle") what AppendEntry cannot have made with 1 to 256 records.
// How many there must be, the bundle does not say: compare with Tile.Width.
func Entries(bundle []byte) ([][]byte, error) {
	var records [][]byte
	for rest := bundle; len(rest) > 0; {
		if len(rest) < 2 || len(records) == TileWidth {
			return nil, refuseBundle()
		}
		end := 2 + int(binary.BigEndian.Uint16(rest))
		if len(rest) < end {
			return nil, refuseBundle()
		}
		records = append(records, rest[2:end:end])
		rest = rest[end:]
	}
	if len(records) == 0 {
		return nil, refuseBundle()
	}
	return records, nil
}

func refuseBundle() error {
	return ledger.Refuse(ledger.Corrupt, "bundle", "",
		"记录包残缺，或不是 1 至 256 条记录", "the entry bundle is cut short, or does not hold 1 to 256 records")
}
