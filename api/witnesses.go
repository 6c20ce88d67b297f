package api

import "time"

// Witnesses is who signs the log's checkpoints beside the log.
type Witnesses struct {
	Quorum int       `json:"quorum" example:"2"`                           // signatures that a checkpoint waits for, half a second at most
	Signed int       `json:"signed" example:"2"`                           // witnesses' signatures on the published checkpoint
	Last   time.Time `json:"last,omitzero" example:"2026-11-20T04:00:00Z"` // when a witness signed last
	Asked  []Witness `json:"asked"`                                        // all of them
}

// Witness is one that is asked.
type Witness struct {
	Name string    `json:"name" example:"witness.example/w1"`
	Size int64     `json:"size" example:"228512"`                        // records of the last checkpoint that it signed
	Last time.Time `json:"last,omitzero" example:"2026-11-20T04:00:00Z"` // when that was, by its own clock
}

// witnesses is how they stand to the published checkpoint; nil where none are asked.
func (s *server) witnesses(checkpoint []byte) *Witnesses {
	standing := s.Witnesses.Standing(checkpoint)
	if standing == nil {
		return nil
	}
	w := &Witnesses{Quorum: standing.Quorum, Signed: standing.Signed}
	for _, a := range standing.Asked {
		one := Witness{Name: a.Name}
		if a.Last != nil {
			one.Size, one.Last = a.Last.Size, a.Last.At
		}
		if one.Last.After(w.Last) {
			w.Last = one.Last
		}
		w.Asked = append(w.Asked, one)
	}
	return w
}
