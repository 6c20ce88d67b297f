package contract

// Page is a part of a list, from the place that was asked for.
type Page[T any] struct {
	Total int64 `json:"total"`
	Next  int64 `json:"next"` // where the following page begins
	Items []T   `json:"items"`
}

func (t *tx) showOrders(args arguments) (any, error) {
	count, err := t.orderCounts.get("orders")
	if err != nil {
		return nil, err
	}
	return pageOf(args, count.V.Orders, t.orders.get)
}

func (t *tx) showExceptions(args arguments) (any, error) {
	count, err := t.exceptCounts.get("exceptions")
	if err != nil {
		return nil, err
	}
	return pageOf(args, count.V, func(i int64) (*row[Exception], error) {
		index, err := t.excepted.get(i)
		if err != nil {
			return nil, err
		}
		return t.exceptions.get(index.V)
	})
}

func (t *tx) showBreaches(args arguments) (any, error) {
	head, err := t.heads.get("head")
	if err != nil {
		return nil, err
	}
	return pageOf(args, head.V.Breaches, func(i int64) (*row[Breach], error) {
		page, err := t.breachPages.get(i / pageWidth)
		if err != nil {
			return nil, err
		}
		if i%pageWidth >= int64(len(page.V)) {
			return nil, broken(t.prefix + t.breachPages.name(i/pageWidth))
		}
		return &row[Breach]{V: page.V[i%pageWidth]}, nil
	})
}

// pageOf gives up to 64 entries of a list from the place in the first argument.
func pageOf[T any](args arguments, total int64, entry func(int64) (*row[T], error)) (any, error) {
	from, err := args.number(0, "from", 0)
	if err != nil {
		return nil, err
	}
	page := &Page[T]{Total: total, Next: from, Items: []T{}}
	for ; page.Next < min(total, from+pageWidth); page.Next++ {
		row, err := entry(page.Next)
		if err != nil {
			return nil, err
		}
		page.Items = append(page.Items, row.V)
	}
	return page, nil
}
