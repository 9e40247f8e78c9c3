// Package storyui is the screens of one story: the editor's page, publishing, correcting, removing, versions, notes,
// previews. What the deeds are and who may do them is the newsroom's (package workflow); these are their forms.
package storyui

import (
	"embed"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"masthead/internal/content/check"
	"masthead/internal/db"
	"masthead/internal/errs"
	"masthead/internal/identity"
	"masthead/internal/media"
	"masthead/internal/newsroom"
	"masthead/internal/published"
	"masthead/internal/render"
	"masthead/internal/words"
	"masthead/internal/workflow"
)

//go:embed views
var views embed.FS

// Config is what the screens work with.
type Config struct {
	DB     *db.DB
	Room   *workflow.Room
	Shell  *newsroom.Shell
	View   *published.View
	Render *render.Renderer
	Media  *media.Library
}

type ui struct{ Config }

// maxStory bounds what a browser sends of one story: the document's own limit, and the rest.
const maxStory = 12 << 20

const base = newsroom.Prefix + "/stories/{id}"

// Mount adds the screens to the newsroom.
func Mount(c Config) error {
	u := &ui{c}
	read, write, publish := identity.Read, identity.Write, identity.Publish
	return c.Shell.Mount(newsroom.Views(views), []newsroom.Route{
		{Pattern: "GET " + base, Needs: read, Handle: u.page},
		{Pattern: "POST " + base, Needs: write, Handle: u.saveForm, Limit: maxStory},
		{Pattern: "GET " + base + "/state", Needs: read, Handle: u.state},
		{Pattern: "POST " + base + "/save", Needs: write, Handle: u.save, Limit: maxStory},
		{Pattern: "POST " + base + "/hold", Needs: write, Handle: u.hold},

		{Pattern: "GET " + base + "/publish", Needs: publish, Handle: u.publishPage},
		{Pattern: "POST " + base + "/publish", Needs: publish, Handle: u.publish},
		{Pattern: "POST " + base + "/unschedule", Needs: publish, Handle: u.unschedule},
		{Pattern: "POST " + base + "/undo-publish", Needs: publish, Handle: u.undoPublish},
		{Pattern: "GET " + base + "/correct", Needs: publish, Handle: u.correctPage},
		{Pattern: "POST " + base + "/correct", Needs: publish, Handle: u.correct},
		{Pattern: "GET " + base + "/take-down", Needs: publish, Handle: u.takeDownPage},
		{Pattern: "POST " + base + "/take-down", Needs: publish, Handle: u.takeDown},
		{Pattern: "GET " + base + "/kill", Needs: identity.Kill, Handle: u.killPage},
		{Pattern: "POST " + base + "/kill", Needs: identity.Kill, Handle: u.kill},
		{Pattern: "GET " + base + "/receipts", Needs: read, Handle: u.receipts},
		{Pattern: "POST " + base + "/state", Needs: write, Handle: u.setState},

		{Pattern: "GET " + base + "/versions", Needs: read, Handle: u.versions},
		{Pattern: "GET " + base + "/versions/compare", Needs: read, Handle: u.compare},
		{Pattern: "POST " + base + "/restore", Needs: write, Handle: u.restore},

		{Pattern: "POST " + base + "/notes", Needs: write, Handle: u.addNote},
		{Pattern: "POST " + base + "/notes/{note}", Needs: write, Handle: u.resolveNote},

		{Pattern: "GET " + base + "/preview", Needs: read, Handle: u.preview},
		{Pattern: "GET " + base + "/preview/page", Needs: read, Handle: u.previewPage},
		{Pattern: "POST " + base + "/share", Needs: write, Handle: u.share},
		{Pattern: "POST " + base + "/share/{share}/revoke", Needs: write, Handle: u.unshare},
		{Pattern: "GET " + newsroom.Prefix + "/shared/{secret}", Needs: identity.Anyone, Handle: u.shared},
		{Pattern: "GET " + newsroom.Prefix + "/shared/{secret}/page", Needs: identity.Anyone, Handle: u.sharedPage},
		{Pattern: "GET " + newsroom.Prefix + "/shared/{secret}/media/{media}/{file}", Needs: identity.Anyone, Handle: u.sharedMedia},
		{Pattern: "GET " + newsroom.Prefix + "/media/search", Needs: read, Handle: u.mediaSearch},
		{Pattern: "GET " + newsroom.Prefix + "/media/{media}/{file}", Needs: read, Handle: u.mediaFile},
	})
}

func path(id, more string) string { return newsroom.Prefix + "/stories/" + id + more }

// fault is what is wrong with a form: the field, "" for the whole, and the sentence.
type fault struct{ Field, Text string }

// told are the fields whose faults have a sentence in every language, story.e_FIELD.
var told = []string{
	"headline", "standfirst", "section", "embargo", "body_markdown", "day", "clock", "which", "was", "now", "text", "reason", "slug", "note",
}

// faultOf turns an error that a person can mend into words for the form; others are returned.
func faultOf(say *words.Catalogue, err error) (*fault, error) {
	var known *errs.Error
	if err == nil || !errors.As(err, &known) {
		return nil, err
	}
	switch known.Kind {
	case errs.Conflict:
		return &fault{Text: say.T("story.e_changed")}, nil
	case errs.Invalid:
		f := &fault{Text: known.Msg}
		for i, c := range known.Msg {
			if c == ':' && i > 0 {
				f.Field, f.Text = known.Msg[:i], strings.TrimSpace(known.Msg[i+1:])
			}
			if c != '_' && (c < 'a' || c > 'z') {
				break
			}
		}
		if slices.Contains(told, f.Field) {
			f.Text = say.T("story.e_" + f.Field)
		}
		return f, nil
	}
	return nil, err
}

// story returns the story that a request is about.
func (u *ui) story(r *newsroom.Request) (*workflow.Story, error) {
	return u.Room.Story(r.Context(), r.Who, r.PathValue("id"))
}

// screen answers with a screen of this package.
func (u *ui) screen(w http.ResponseWriter, r *newsroom.Request, p newsroom.Page) error {
	p.Nav = "stories"
	p.Areas = append(p.Areas, "story")
	if f, ok := p.Data.(interface{ wrong() *fault }); ok && f.wrong() != nil {
		p.Status = http.StatusUnprocessableEntity
	}
	return u.Shell.Page(w, r, p)
}

// head is what every screen of a story shows.
type head struct {
	Story *workflow.Story
	Fault *fault
}

func (h head) wrong() *fault { return h.Fault }

// Way is the address at which an issue can be put right; "" if it stands nowhere in the story.
func (h head) Way(i check.Issue) string {
	at := i.Field
	switch {
	case i.Block >= 0:
		at = "block-" + strconv.Itoa(i.Block)
	case i.Field == "lead":
		at = "lead_media"
	case i.Field == "body":
		at = "editor"
	case i.Field == "" || i.Field == "wire":
		return ""
	}
	return newsroom.Prefix + "/stories/" + h.Story.ID + "#" + at
}

// Title is the headline, or that there is none.
func (h head) Title(untitled string) string {
	if h.Story.Copy.Headline == "" {
		return untitled
	}
	return h.Story.Copy.Headline
}
