package explorer

import "context"

func (s *Site) statistics(ctx context.Context, v visit, r Reads) (*page, error) {
	return nil, missing("page")
}
func (s *Site) search(ctx context.Context, v visit, r Reads) (*page, error) {
	return nil, missing("page")
}
