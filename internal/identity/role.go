package identity

import (
	"slices"

	"masthead/internal/errs"
)

// Role is what a person or a token may do at most; each may do what the ones before it may.
type Role string

// The roles, the least first.
const (
	Reporter  Role = "reporter"  // writes
	Editor    Role = "editor"    // and changes what others wrote, assigns, sets ready, spikes
	Publisher Role = "publisher" // and publishes, corrects, takes down, kills, curates
	Admin     Role = "admin"     // and decides about people, settings and the system
)

// Roles are all roles, the least first.
var Roles = []Role{Reporter, Editor, Publisher, Admin}

// Action is something that a rule allows.
type Action string

// The actions. Every route of the newsroom and of the staff API names one.
const (
	Anyone    Action = "anyone"     // no sign-in: the sign-in itself, shared previews, files of the screens
	SignedIn  Action = "signed-in"  // one's own account
	Read      Action = "read"       // see stories, versions, notes
	Write     Action = "write"      // create; change one's own and what is assigned; notes
	Edit      Action = "edit"       // change what others wrote, assign, set states, spike, restore
	Publish   Action = "publish"    // publish, schedule, update, correct, take down; override a check
	Kill      Action = "kill"       // remove for good
	Curate    Action = "curate"     // topics, authors, fronts
	ReadAudit Action = "read-audit" // the log of deeds
	Manage    Action = "manage"     // people, tokens, settings, webhooks, maintenance, jobs
)

// Rules says who may do what: the least role for each action.
var Rules = map[Action]Role{
	SignedIn: Reporter, Read: Reporter, Write: Reporter,
	Edit:    Editor,
	Publish: Publisher, Kill: Publisher, Curate: Publisher, ReadAudit: Publisher,
	Manage: Admin,
}

// Person is who asks: a signed-in member of staff, or a token acting with a role.
type Person struct {
	ID       string   `json:"id"` // an account's id, or "token:…"
	Name     string   `json:"name"`
	Email    string   `json:"email,omitempty"`
	Role     Role     `json:"role"`
	Sections []string `json:"sections,omitempty"` // only these; empty: all
	Language string   `json:"language,omitempty"`
	NoKeys   bool     `json:"no_keys,omitempty"` // shortcuts of a single key are off
}

// May reports whether the rules allow an action anywhere.
func (p *Person) May(a Action) bool {
	if a == Anyone {
		return true
	}
	if p == nil || p.ID == "" {
		return false
	}
	least, ok := Rules[a]
	return ok && slices.Index(Roles, p.Role) >= slices.Index(Roles, least)
}

// MayIn reports whether the rules allow an action on a story of that section. A story that has no section yet is
// everybody's.
func (p *Person) MayIn(a Action, section string) bool {
	return p.May(a) && (len(p.Sections) == 0 || section == "" || slices.Contains(p.Sections, section))
}

// Need returns an error of kind errs.Forbidden unless the rules allow an action on a story of that section.
func (p *Person) Need(a Action, section string) error {
	switch {
	case p.MayIn(a, section):
		return nil
	case p.May(a):
		return errs.Errorf(errs.Forbidden, "%s works on other sections: ask somebody of %s", p.Name, section)
	}
	return errs.Errorf(errs.Forbidden, "the role %s does not allow to %s: ask somebody with the role %s", p.Role, a, Rules[a])
}

// CommandLine is who acts by the program's commands: whoever can read the portal's files may do everything.
func CommandLine() *Person { return &Person{ID: "command line", Name: "command line", Role: Admin} }
