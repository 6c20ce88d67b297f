package store

import (
	"strconv"
	"strings"

	"gorm.io/gorm"
)

// fielder is a row that says where its columns go, in their order.
type fielder[T any] interface {
	*T
	fields() []any
}

// ask gives the rows of a question. GORM sends it, but to find each column's field by its
// name, as GORM's own scanning does, takes longer than most questions.
func ask[T any, P fielder[T]](question *gorm.DB) ([]T, error) {
	rows, err := question.Rows()
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []T
	for rows.Next() {
		var row T
		if err := rows.Scan(P(&row).fields()...); err != nil {
			return nil, err
		}
		list = append(list, row)
	}
	return list, rows.Err()
}

// number is a row of one column.
type number int64

func (n *number) fields() []any { return []any{(*int64)(n)} }

// numbers gives the rows of a question that has one column.
func numbers(question *gorm.DB) ([]int64, error) {
	rows, err := ask[number](question)
	list := make([]int64, len(rows))
	for i, n := range rows {
		list[i] = int64(n)
	}
	return list, err
}

// atMost ends a question with its number written out: SQLite plans a statement anew for
// each number that it is given there as a value.
func atMost(n int) string { return " LIMIT " + strconv.Itoa(n) }

// conditions are put together for a question, of which all must hold.
type conditions struct {
	texts []string
	args  []any
}

func (c *conditions) add(text string, args ...any) {
	c.texts, c.args = append(c.texts, "("+text+")"), append(c.args, args...)
}

func (c *conditions) String() string {
	if len(c.texts) == 0 {
		return "TRUE"
	}
	return strings.Join(c.texts, " AND ")
}
