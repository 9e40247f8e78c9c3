package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"masthead/internal/content"
	"masthead/internal/content/check"
	"masthead/internal/doc"
	"masthead/internal/errs"
	"masthead/internal/identity"
	"masthead/internal/published"
	"masthead/internal/workflow"
)

// loginsFile keeps, beside the demo, how to sign in to it.
const loginsFile = "logins.txt"

// demoStaff are the people of the demo newsroom, one for each role.
var demoStaff = []identity.Invitation{
	{Email: "amina@demo.example", Name: "Amina Okafor", Role: identity.Reporter, Language: "en"},
	{Email: "rosa@demo.example", Name: "Rosa Delgado", Role: identity.Editor, Language: "en"},
	{Email: "luc@demo.example", Name: "Luc Tremblay", Role: identity.Publisher, Language: "fr"},
	{Email: "ingrid@demo.example", Name: "Ingrid Halvorsen", Role: identity.Admin, Language: "en"},
}

// DemoLogins makes the demo's staff and what lies on their desks, once, and returns the lines that tell how to sign in.
func (a *App) DemoLogins(ctx context.Context) (lines []string, err error) {
	defer errs.Wrap(&err, "make the demo's staff")
	path := filepath.Join(a.cfg.Data.Data, loginsFile)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if text, err = a.fillStaff(ctx, path); err != nil {
			return nil, err
		}
	}
	if err != nil {
		return nil, err
	}
	return strings.Split(strings.TrimSpace(string(text)), "\n"), nil
}

// fillStaff makes the staff, and writes down how to sign in when all is there: a demo that was interrupted does it again,
// with whom it has already.
func (a *App) fillStaff(ctx context.Context, path string) ([]byte, error) {
	password := strings.ToLower(rand.Text()[:16])
	var b strings.Builder
	fmt.Fprintf(&b, "Password of all: %s\n", password)
	for _, p := range demoStaff {
		fmt.Fprintf(&b, "  %-20s %-18s %s\n", p.Email, p.Name, p.Role)
	}
	people := map[identity.Role]*identity.Person{}
	for _, p := range demoStaff {
		made, err := a.letIn(ctx, p, password)
		if err != nil {
			return nil, err
		}
		people[p.Role] = made
	}
	if err := a.fillDesks(ctx, people); err != nil {
		return nil, err
	}
	return []byte(b.String()), os.WriteFile(path, []byte(b.String()), 0o600)
}

// letIn makes an account with a password, or gives the one that is there another password.
func (a *App) letIn(ctx context.Context, p identity.Invitation, password string) (*identity.Person, error) {
	made, err := a.staff.Add(ctx, identity.CommandLine(), p, password)
	if err == nil {
		return made.Person(), nil
	}
	if _, missing := identity.FindEmail(ctx, a.db, p.Email); missing != nil {
		return nil, err
	}
	address, err := a.staff.ResetAccount(ctx, identity.CommandLine(), p.Email)
	if err != nil {
		return nil, err
	}
	_, key, _ := strings.Cut(address, "?key=")
	in, err := a.staff.Reset(ctx, key, password, identity.Device{})
	return in.Person, err
}

// fillDesks puts work in every state on the desks.
func (a *App) fillDesks(ctx context.Context, people map[identity.Role]*identity.Person) error {
	reporter, editor, publisher := people[identity.Reporter], people[identity.Editor], people[identity.Publisher]
	inEdit, ready := content.InEdit, content.Ready
	morning := a.db.Now().Add(18 * time.Hour).Truncate(time.Hour)
	for _, d := range []struct {
		c     published.Story
		who   *identity.Person
		guard check.Guard
		state *content.State
		at    time.Time
		note  string
	}{
		{c: published.Story{
			Headline: "What the school board cut, line by line", Standfirst: "", Section: "local", Kind: "story",
			Body: paragraphs("Trustees trimmed TK million dollars from next year’s plan on Monday night.", "The music program keeps its teachers. The late bus does not survive."),
		}, who: reporter},
		{c: published.Story{
			Headline: "A ferry for the reservoir, if the ice allows", Standfirst: "Two villages have waited nine years for a crossing that runs in spring.", Section: "alberta", Kind: "story", Regions: []string{"calgary"},
			Topics:  []published.Topic{{Slug: "transit", Name: "Transit"}},
			Bylines: []published.Byline{{Name: "Amina Okafor"}},
			Body:    paragraphs("The boat is paid for. The dock is built. What the crossing lacks is a month without moving ice, the county’s engineer said.", "“We will sail when it is safe, not when it is May,” she said.", "The county expects an answer from its insurer by Thursday."),
		}, who: reporter, state: &inEdit, note: "@Rosa the insurer calls back Thursday; hold the last line until then."},
		{c: published.Story{
			Headline: "Night crews finish the overpass a week early", Standfirst: "Drivers get two lanes back before the long weekend.", Section: "local", Kind: "story", Regions: []string{"calgary"},
			Topics:  []published.Topic{{Slug: "roads", Name: "Roads"}},
			Bylines: []published.Byline{{Name: "Amina Okafor"}},
			Body:    paragraphs("The last barrier comes down at 5 a.m. on Friday, the city said.", "Crews poured the deck in four nights instead of eleven after the weather held."),
		}, who: reporter, state: &ready},
		{c: published.Story{
			Headline: "The week ahead: votes, games and one eclipse", Standfirst: "What is on, and when.", Section: "local", Kind: "story", Regions: []string{"calgary"},
			Topics: []published.Topic{{Slug: "events", Name: "Events"}},
			Body:   paragraphs("Council meets on Tuesday, the library reopens on Wednesday, and the moon goes dark on Saturday before dawn.", "Bring a chair and a hat."),
		}, who: editor, at: morning},
	} {
		d.c.Language = "en"
		s, err := a.room.Create(ctx, d.who, d.c, d.guard)
		if err != nil {
			return err
		}
		if d.state != nil {
			o, err := a.room.Edit(ctx, editor, []workflow.Edit{{ID: s.ID, State: d.state}})
			if err != nil {
				return err
			}
			if why := o.Failed[s.ID]; why != "" {
				return errors.New(why)
			}
		}
		if d.note != "" {
			if _, err := a.room.AddNote(ctx, reporter, workflow.Note{Story: s.ID, Text: d.note}); err != nil {
				return err
			}
		}
		if !d.at.IsZero() {
			if _, err := a.room.Publish(ctx, publisher, s.ID, workflow.Publication{At: d.at}); err != nil {
				return err
			}
		}
	}
	return nil
}

func paragraphs(list ...string) doc.Node {
	d := doc.Node{Type: "doc"}
	for _, text := range list {
		d.Content = append(d.Content, doc.Node{Type: "paragraph", Content: []doc.Node{{Type: "text", Text: text}}})
	}
	return d
}
