package identity

import (
	"context"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"

	"masthead/internal/audit"
	"masthead/internal/db"
	"masthead/internal/errs"
)

const (
	leastPassword = 12   // letters
	mostPassword  = 1024 // bytes
	leastOwn      = 8    // letters that remain without known words, and without runs such as 12345
)

// hashing is what a password costs: 64 MiB and about a tenth of a second.
var hashing = argon2id.Params{Memory: 64 << 10, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// nobody is the hash that is compared for accounts without a password: it takes as long, and nothing matches it.
const nobody = "$argon2id$v=19$m=65536,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

// CheckPassword refuses a password that is short or made of words that anybody would try: those given (an e-mail
// address, the names of person and site) and the program's own. It asks for no kinds of characters.
func CheckPassword(password string, known ...string) error {
	if utf8.RuneCountInString(password) < leastPassword {
		return errs.Errorf(errs.Invalid, "password: it has fewer than %d characters: use a longer one, such as four words", leastPassword)
	}
	if len(password) > mostPassword {
		return errs.Errorf(errs.Invalid, "password: it has more than %d bytes: use a shorter one", mostPassword)
	}
	rest := strings.ToLower(password)
	for _, text := range append(known, "masthead newsroom password passwort passe") {
		for _, word := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			if utf8.RuneCountInString(word) > 3 {
				rest = strings.ReplaceAll(rest, word, "")
			}
		}
	}
	if distinct(rest) < leastOwn {
		return errs.Errorf(errs.Invalid, "password: too much of it is the site's name, your name or address, or a run such as 12345: add words of your own")
	}
	return nil
}

// distinct counts the letters of a text that do not just repeat or follow the one before.
func distinct(text string) (n int) {
	last := rune(-2)
	for _, r := range text {
		if step := r - last; step < -1 || step > 1 {
			n++
		}
		last = r
	}
	return n
}

// knows is what a password of an account must not be made of.
func (k *Keeper) knows(ctx context.Context, email, name string) []string {
	return []string{email, name, k.host(ctx)}
}

// hash makes what the database keeps of a password. At most two are made at once.
func (k *Keeper) hash(ctx context.Context, password string) (string, error) {
	if err := k.wait(ctx); err != nil {
		return "", err
	}
	defer func() { <-k.hashes }()
	h, err := argon2id.CreateHash(password, &hashing)
	if err != nil {
		return "", fmt.Errorf("password: %w", err)
	}
	return h, nil
}

// matches compares a password with a hash, in the same time for "" as for one.
func (k *Keeper) matches(ctx context.Context, password, hash string) (bool, error) {
	if err := k.wait(ctx); err != nil {
		return false, err
	}
	defer func() { <-k.hashes }()
	against := hash
	if hash == "" {
		against = nobody
	}
	ok, err := argon2id.ComparePasswordAndHash(password, against)
	if err != nil {
		return false, fmt.Errorf("password: %w", err)
	}
	return ok && hash != "", nil
}

func (k *Keeper) wait(ctx context.Context) error {
	select {
	case k.hashes <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// ChangePassword gives a person another password, or a first one; all their other sessions end.
func (k *Keeper) ChangePassword(ctx context.Context, p *Person, s *Session, password string) error {
	if err := CheckPassword(password, k.knows(ctx, p.Email, p.Name)...); err != nil {
		return err
	}
	hash, err := k.hash(ctx, password)
	if err != nil {
		return err
	}
	return k.cfg.DB.InTx(ctx, func(tx *db.Tx) error {
		if err := setPassword(ctx, tx, p.ID, hash); err != nil {
			return err
		}
		if _, err := revokeOthers(ctx, tx, s); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{Who: p.ID, What: "factor.add", Target: "account/" + p.ID, Address: s.Address}, map[string]string{"factor": "password"})
	})
}
