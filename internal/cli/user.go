package cli

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"

	"masthead/internal/app"
	"masthead/internal/config"
	"masthead/internal/errs"
	"masthead/internal/identity"
)

type userCommand struct {
	Add   userAdd   `cmd:"" help:"Add somebody who works here."`
	Reset userReset `cmd:"" help:"Let somebody back in: prints an address that chooses a new password, once, within a day. The old password and the second factor are taken away and all sessions end."`
	List  userList  `cmd:"" help:"List who works here."`
}

type userAdd struct {
	config.Data
	Email         string   `arg:"" help:"E-mail address to sign in with."`
	Name          string   `help:"Name as colleagues know it." required:"" placeholder:"NAME"`
	Role          string   `help:"reporter, editor, publisher or admin." required:"" enum:"reporter,editor,publisher,admin" placeholder:"ROLE"`
	Section       []string `help:"Only this section's stories. Repeat for more; default: all." placeholder:"SLUG"`
	Language      string   `help:"Language of the screens: en or fr. Default: the site's first." placeholder:"LANG"`
	PasswordStdin bool     `help:"Read a password from the standard input. Without it an address is printed where the person chooses how to sign in, once, within seven days."`
}

func (c *userAdd) Run(ctx context.Context, s *streams) error {
	keep, done, err := app.Staff(ctx, c.Data)
	if err != nil {
		return err
	}
	defer done()
	in := identity.Invitation{Email: c.Email, Name: c.Name, Role: identity.Role(c.Role), Sections: c.Section, Language: c.Language}
	if c.PasswordStdin {
		password, err := bufio.NewReader(os.Stdin).ReadString('\n')
		password = strings.TrimRight(password, "\r\n")
		if err != nil && password == "" {
			return errs.Errorf(errs.Invalid, "--password-stdin: nothing came in: write the password and a line end to the standard input")
		}
		a, err := keep.Add(ctx, identity.CommandLine(), in, password)
		if err != nil {
			return err
		}
		fmt.Fprintf(s.out, "%s (%s) may sign in as %s.\n", a.Name, a.Role, a.Email)
		return nil
	}
	a, address, _, err := keep.Invite(ctx, identity.CommandLine(), in)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "%s (%s) is invited. Give them this address; it works once, within seven days:\n%s\n", a.Name, a.Role, address)
	return nil
}

type userReset struct {
	config.Data
	Email string `arg:"" help:"E-mail address of the account."`
}

func (c *userReset) Run(ctx context.Context, s *streams) error {
	keep, done, err := app.Staff(ctx, c.Data)
	if err != nil {
		return err
	}
	defer done()
	address, err := keep.ResetAccount(ctx, identity.CommandLine(), c.Email)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "%s may come back. The second factor is taken away, all sessions are over. A new password is chosen here, once, within a day:\n%s\n", c.Email, address)
	return nil
}

type userList struct {
	config.Data
}

func (c *userList) Run(ctx context.Context, s *streams) error {
	keep, done, err := app.Staff(ctx, c.Data)
	if err != nil {
		return err
	}
	defer done()
	list, err := identity.Accounts(ctx, keep.DB())
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "EMAIL\tNAME\tROLE\tSECTIONS\tSTATE\tSIGNS IN WITH\tLAST USED")
	for _, a := range list {
		last := "never"
		if !a.Seen.IsZero() {
			last = a.Seen.Format("2006-01-02 15:04 MST")
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", a.Email, a.Name, a.Role, sections(a.Sections), a.State, ways(a), last)
	}
	return w.Flush()
}

func sections(slugs []string) string {
	if len(slugs) == 0 {
		return "all"
	}
	return strings.Join(slugs, ",")
}

// ways says how an account signs in.
func ways(a identity.Account) string {
	var list []string
	if a.Password {
		list = append(list, "password")
	}
	if a.TOTP {
		list = append(list, "authenticator")
	}
	if a.Passkeys > 0 {
		list = append(list, fmt.Sprintf("%d passkeys", a.Passkeys))
	}
	if len(list) == 0 {
		return "-"
	}
	return strings.Join(list, ", ")
}
