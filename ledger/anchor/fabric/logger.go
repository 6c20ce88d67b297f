package fabric

import (
	"log"
	"log/slog"

	"github.com/hyperledger/fabric-sdk-go/pkg/core/logging/api"
)

// loggers makes fabric-sdk-go write to our log instead of standard error, and no louder
// than for debugging: it calls an error what is tried again or a refusal, and this
// package reports what is left of those. There is one for the whole program: that of
// the first client.
type loggers struct{ log *slog.Logger }

// GetLogger implements api.LoggerProvider.
func (l loggers) GetLogger(module string) api.Logger {
	return logger{slog.NewLogLogger(l.log.With("module", module).Handler(), slog.LevelDebug)}
}

// logger has Print, Panic and Fatal from log.
type logger struct{ *log.Logger }

func (l logger) Debug(...any)          {}
func (l logger) Debugf(string, ...any) {}
func (l logger) Debugln(...any)        {}
func (l logger) Info(...any)           {}
func (l logger) Infof(string, ...any)  {}
func (l logger) Infoln(...any)         {}

func (l logger) Warn(args ...any)             { l.Print(args...) }
func (l logger) Warnf(f string, args ...any)  { l.Printf(f, args...) }
func (l logger) Warnln(args ...any)           { l.Println(args...) }
func (l logger) Error(args ...any)            { l.Print(args...) }
func (l logger) Errorf(f string, args ...any) { l.Printf(f, args...) }
func (l logger) Errorln(args ...any)          { l.Println(args...) }
