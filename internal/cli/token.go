package cli

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"masthead/internal/app"
	"masthead/internal/config"
	"masthead/internal/errs"
	"masthead/internal/identity"
)

type tokenCommand struct {
	Create tokenCreate `cmd:"" help:"Make a token for a program and print its secret, once."`
}

type tokenCreate struct {
	config.Data
	Name    string   `help:"The program that uses it." required:"" placeholder:"NAME"`
	Role    string   `help:"reporter, editor, publisher or admin." required:"" enum:"reporter,editor,publisher,admin" placeholder:"ROLE"`
	Section []string `help:"Only this section's stories. Repeat for more; default: all." placeholder:"SLUG"`
	Expires string   `help:"How long it works: 90d, 12h or never." default:"90d" placeholder:"TIME"`
}

func (c *tokenCreate) Run(ctx context.Context, s *streams) error {
	life, err := parseLife(c.Expires)
	if err != nil {
		return err
	}
	keep, done, err := app.Staff(ctx, c.Data)
	if err != nil {
		return err
	}
	defer done()
	in := identity.TokenInput{Name: c.Name, Role: identity.Role(c.Role), Sections: c.Section}
	until := "until it is revoked"
	if life > 0 {
		in.Expires = keep.DB().Now().Add(life).Truncate(time.Second)
		until = "until " + in.Expires.UTC().Format("2006-01-02 15:04 MST")
	}
	secret, t, err := keep.CreateToken(ctx, identity.CommandLine(), in)
	if err != nil {
		return err
	}
	fmt.Fprintln(s.out, secret)
	fmt.Fprintf(s.err, "Token %s (%s) works %s. Its secret is shown only now.\n", t.Name, t.Role, until)
	return nil
}

// parseLife reads how long something lives: days (90d), a Go duration (12h), or never (0).
func parseLife(text string) (time.Duration, error) {
	if text == "never" {
		return 0, nil
	}
	life, err := time.ParseDuration(text)
	if days, ok := strings.CutSuffix(text, "d"); ok {
		var n int
		n, err = strconv.Atoi(days)
		if n > 36500 {
			n = 0
		}
		life = time.Duration(n) * 24 * time.Hour
	}
	if err != nil || life <= 0 {
		return 0, errs.Errorf(errs.Invalid, "--expires %q: write 90d, 12h or never", text)
	}
	return life, nil
}
