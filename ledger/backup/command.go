package backup

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"golang.org/x/text/language"

	"mingzhang/ledger/evidence"
	"mingzhang/ledger/folder"
)

// Program is the program's version, as a backup names it.
type Program string

// Command makes a backup.
type Command struct {
	folder.Place
	File     string `arg:"" help:"The file to make; - writes to standard output, to be encrypted on its way."`
	WithKey  bool   `help:"The log's signing key, the secret of its look-ups and the embedded ledger's keys go with it. Who has them can sign in the log's name."`
	Files    bool   `help:"The files of evidence go with it." default:"true" negatable:""`
	Evidence string `help:"Where files of evidence lie, as for serve; the data folder if left out."`
}

// Run makes the backup. It may run beside a server.
func (u *Command) Run(ctx context.Context, stdout io.Writer, log *slog.Logger, by Program) (err error) {
	o, err := u.Open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.Close()) }()
	c := Config{Folder: o.Folder, Store: o.Store, WithKey: u.WithKey, Program: string(by), Now: time.Now}
	if u.Files {
		if c.Files, err = evidence.Open(ctx, cmp.Or(u.Evidence, o.Folder.Evidence())); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, c.Files.Close()) }()
	}
	var made *Manifest
	if u.File == "-" {
		made, err = Write(ctx, stdout, c)
	} else {
		made, err = Save(ctx, u.File, c)
	}
	if err != nil {
		return err
	}
	for _, hash := range made.Damaged {
		log.Error("a file of evidence is damaged or missing and is not in the backup", "hash", hash)
	}
	log.Info("the backup is made", "records", made.Size, "files", len(made.Files), "with keys", made.WithKey)
	return nil
}

// RestoreCommand makes a book of a backup.
type RestoreCommand struct {
	File     string `arg:"" help:"The backup." type:"existingfile"`
	Data     string `help:"The data folder: a new one, or one whose database was lost. Its keys are put there first, if the backup comes without them." default:"mingzhang-data" type:"path"`
	Database string `help:"sqlite:FILE or postgres://…, empty; a file in the data folder if left out."`
	Evidence string `help:"Where files of evidence are to lie; the data folder if left out."`
	Last     bool   `help:"The server had stopped when the backup was made, and nothing was recorded since: no catch-up is needed."`
}

// Run restores, and says what is to be done next.
func (r *RestoreCommand) Run(ctx context.Context, stdout io.Writer, terminal language.Tag) error {
	done, err := Restore(ctx, r.File, Target{Data: r.Data, Database: r.Database, Evidence: r.Evidence, Last: r.Last})
	if err != nil {
		return err
	}
	say := func(zh, en string, args ...any) {
		if terminal == language.SimplifiedChinese {
			en = zh
		}
		fmt.Fprintf(stdout, en+"\n", args...)
	}
	say("已恢复日志 %[1]s 的 %[2]d 条记录（备份于 %[3]s）。", "%[2]d records of the log %[1]s are restored, as they were at %[3]s.", done.Origin, done.Size, done.Made.Format(time.RFC3339))
	if done.Published > done.Size {
		say("日志已公布到 %d 条记录。", "The log was published up to %d records.", done.Published)
	}
	if !r.Last {
		say("备份之后的记录须先补齐：mingzhang catch-up 来源（日志的镜像，或 blocks:%[1]s）。在此之前服务器不会启动。", "Bring back what was recorded since: mingzhang catch-up SOURCE (a mirror of the log, or blocks:%s). No server starts before that.", done.Folder.Ledger())
	}
	return nil
}
