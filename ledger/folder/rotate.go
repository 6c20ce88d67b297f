package folder

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"

	"golang.org/x/mod/sumdb/note"

	"mingzhang/ledger"
	"mingzhang/ledger/proof"
)

// Rotate begins to change the log's key: it makes the next one, unless there is one
// already, and gives it as anyone gets it. From its next start on, the server signs
// every checkpoint with both, so that whoever knows one of them can check it.
func (f *Folder) Rotate() (key string, err error) {
	if f.Next != nil {
		return f.NextKey, nil
	}
	skey, vkey, err := note.GenerateKey(rand.Reader, f.Origin)
	if err == nil {
		err = once(f.path(nextFile), []byte(skey+"\n"+vkey+"\n"))
	}
	if err != nil {
		return "", fmt.Errorf("make the log's next key: %w", err)
	}
	f.Next, _, f.NextKey, err = f.key(nextFile)
	return f.NextKey, err
}

// Finish ends the change: the next key is the log's, and the old one is gone. It is
// refused before a checkpoint that bears both was published, without which the folder
// and its database would be strangers to each other.
func (f *Folder) Finish() (key string, err error) {
	if f.Next == nil {
		return "", ledger.Refuse(ledger.Conflict, "key-not-next", "", "没有准备更换的日志密钥，请先执行 keys rotate", "there is no next key of the log: make one first (keys rotate)")
	}
	kept, err := f.Keeper().Load()
	if err != nil {
		return "", err
	}
	if kept != nil {
		next, err := note.NewVerifier(f.NextKey)
		if err != nil {
			return "", err
		}
		if _, _, err := proof.OpenCheckpoint(kept, f.Origin, next); err != nil {
			return "", ledger.Refuse(ledger.Conflict, "key-unused", "", "尚未公布过由新密钥签名的检查点，请先以新旧两个密钥运行服务器", "no checkpoint was published yet that the next key signed: run the server with both keys first")
		}
	}
	if err := os.Rename(f.path(nextFile), f.path(signerFile)); err != nil {
		return "", fmt.Errorf("put the log's next key in place: %w", err)
	}
	dir, err := os.Open(f.dir)
	if err != nil {
		return "", err
	}
	return f.NextKey, errors.Join(dir.Sync(), dir.Close())
}
