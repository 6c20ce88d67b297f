package contract

import (
	"encoding/json"
	"reflect"
	"testing"
)

// TestQuick: what json.Marshal gives of these rows is read quickly, and as it was.
func TestQuick(t *testing.T) {
	for _, want := range []any{
		&node{Entries: [][2]int64{{0, 1}}},
		&node{Inner: true, Entries: [][2]int64{{5, 1}, {1<<53 - 1, 1 << 53}}},
		&[]tally{{Index: 3, Undone: 10}, {Index: 4, Delivered: 7}, {Index: 255, Undone: 1<<53 - 1, Delivered: 2}},
		&[]tally{{Index: 9}},
	} {
		data, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		got := reflect.New(reflect.TypeOf(want).Elem()).Interface()
		if !quick(data, got) || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v", data, got)
		}
		for i := range data {
			if quick(data[:i], got) {
				t.Errorf("%s is taken for whole", data[:i])
			}
		}
	}
	if data, other := []byte(`{"in":1,"next":0}`), (poolRow{}); quick(data, &other) {
		t.Error("a row of another sort is read")
	}
}

// FuzzQuick: whatever is read quickly, json.Unmarshal reads alike.
func FuzzQuick(f *testing.F) {
	for _, row := range []string{`{"entries":[[1,2],[30,40]]}`, `{"inner":true,"entries":[[1,2]]}`, `[{"i":1,"u":2,"d":3},{"i":4}]`,
		`[{"i":01}]`, `{"entries":[[1,2],]}`, `[]`, `null`, `[{"i":12345678901234567}]`} {
		f.Add([]byte(row))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var a, c node
		if quick(data, &a) && (json.Unmarshal(data, &c) != nil || !reflect.DeepEqual(a, c)) {
			t.Errorf("%q: %+v instead of %+v", data, a, c)
		}
		var b, d []tally
		if quick(data, &b) && (json.Unmarshal(data, &d) != nil || !reflect.DeepEqual(b, d)) {
			t.Errorf("%q: %+v instead of %+v", data, b, d)
		}
	})
}
