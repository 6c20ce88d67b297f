package demo

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"mingzhang/ledger/sample"
)

// Dir is the folder of the sample where nobody names one: in the user's cache.
func Dir() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("there is no cache folder, so give one with --data: %w", err)
	}
	return filepath.Join(cache, "mingzhang-demo"), nil
}

// Guide says where to look on a server of the sample, and gives its API key.
func Guide(stdout io.Writer, url string, city *sample.City, key string) {
	fmt.Fprintf(stdout, "\nThe accounts of %s are made up, as are all names in them. 账目、机构与人名均为虚构。\n\n", city.Name)
	for _, place := range [][2]string{
		{"/", "overview 总览"},
		{fmt.Sprint("/projects/", city.Showcase.Joint), "a joint campaign 联合劝募"},
		{fmt.Sprint("/projects/", city.Showcase.Relief), "an emergency, with goods 应急救援与物资"},
		{fmt.Sprintf("/projects/%d/reconciliation", city.Showcase.Relief), "published totals held against the book 公布数与账目对照"},
		{"/receipts/" + city.Showcase.Receipt, "a gift, followed to what it paid for 一笔捐赠的去向"},
		{"/docs/", "the interface 接口文档"},
	} {
		fmt.Fprintf(stdout, "%-62s %s\n", url+place[0], place[1])
	}
	fmt.Fprintf(stdout, "\nA key of the platform, good for a day 平台密钥，一天内有效:\n%s\n", key)
}
