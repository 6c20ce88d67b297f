package api

import (
	"strconv"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics is what the server tells of itself to Prometheus. No label holds anything of
// a caller: routes are patterns, and a path that is none is "none".
type Metrics struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
	groups   prometheus.Histogram
	commits  prometheus.Histogram
	failures prometheus.Counter
	broken   *prometheus.CounterVec
}

// NewMetrics makes the metrics of one server.
func NewMetrics() *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "mingzhang_request_seconds", Help: "Time to answer a request.",
			Buckets: prometheus.ExponentialBuckets(0.0005, 2, 14)}, []string{"method", "route", "status"}),
		groups: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "mingzhang_group_records", Help: "Records committed in one transaction.",
			Buckets: prometheus.ExponentialBuckets(1, 2, 14)}),
		commits: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "mingzhang_commit_seconds", Help: "Time of one transaction of the book.",
			Buckets: prometheus.ExponentialBuckets(0.0005, 2, 14)}),
		failures: prometheus.NewCounter(prometheus.CounterOpts{Name: "mingzhang_commit_failures_total", Help: "Transactions of the book that failed."}),
		broken: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "mingzhang_requests_broken_total",
			Help: "Answers that were broken off: the reader went away, or what was sent could not be read to its end."}, []string{"route"}),
	}
	m.registry.MustRegister(m.requests, m.groups, m.commits, m.failures, m.broken, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Committed notes a transaction of the book: it is book.Config.Committed.
func (m *Metrics) Committed(records int, took time.Duration, err error) {
	if err != nil {
		m.failures.Inc()
		return
	}
	m.groups.Observe(float64(records))
	m.commits.Observe(took.Seconds())
}

func (m *Metrics) observe(c *gin.Context, took time.Duration, broken bool) {
	route := c.FullPath()
	if route == "" {
		route = "none"
	}
	m.requests.WithLabelValues(methodOf(c), route, strconv.Itoa(c.Writer.Status())).Observe(took.Seconds())
	if broken {
		m.broken.WithLabelValues(route).Inc()
	}
}

// methodOf is the method of a request; of others than these there are as many as
// somebody cares to think up.
func methodOf(c *gin.Context) string {
	if known[c.Request.Method] {
		return c.Request.Method
	}
	return "other"
}

var known = map[string]bool{"GET": true, "HEAD": true, "POST": true, "DELETE": true, "OPTIONS": true}

// watch adds what is asked only when somebody looks.
func (m *Metrics) watch(s *server) {
	gauge := func(name, help string, read func() float64) {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, read))
	}
	gauge("mingzhang_queue_submissions", "Submissions that wait for their turn.", func() float64 { return float64(s.Book.Waiting()) })
	gauge("mingzhang_head_records", "Records of the published log.", func() float64 { return float64(s.published().Size) })
	if s.Witnesses.Standing(nil) != nil {
		gauge("mingzhang_witness_signatures", "Witnesses' signatures on the published checkpoint.", func() float64 {
			return float64(s.Witnesses.Standing(s.Book.Checkpoint()).Signed)
		})
		gauge("mingzhang_witness_quorum", "How many of them a checkpoint waits for.", func() float64 { return float64(s.Witnesses.Quorum) })
	}
	if s.Anchors != nil {
		gauge("mingzhang_anchor_lag_records", "Records that are not on the permissioned ledger yet.", func() float64 { return float64(s.standing().Lag) })
		gauge("mingzhang_anchor_lag_seconds", "How long the oldest of them waits.", func() float64 { return float64(s.standing().Seconds) })
		gauge("mingzhang_anchor_alarm", "1 while the permissioned ledger refuses.", func() float64 {
			if s.standing().Alarm != "" {
				return 1
			}
			return 0
		})
	}
}

// getMetrics answers Prometheus.
//
//	@Summary		Metrics for Prometheus
//	@Description	Requests: mingzhang_request_seconds by method, route and status, and mingzhang_requests_broken_total. The book: mingzhang_group_records (records in one transaction), mingzhang_commit_seconds, mingzhang_commit_failures_total, and mingzhang_queue_submissions that wait for their turn. The log: mingzhang_head_records. The permissioned ledger, where there is one: mingzhang_anchor_lag_records, mingzhang_anchor_lag_seconds, and mingzhang_anchor_alarm, which is 1 while it refuses. Witnesses, where they are asked: mingzhang_witness_signatures and mingzhang_witness_quorum. Beside them those of the Go runtime and the process.
//	@Tags			operation
//	@Produce		plain
//	@Success		200	{string}	string
//	@Router			/metrics [get]
func (s *server) getMetrics(c *gin.Context) {
	promhttp.HandlerFor(s.Metrics.registry, promhttp.HandlerOpts{}).ServeHTTP(c.Writer, c.Request)
}
