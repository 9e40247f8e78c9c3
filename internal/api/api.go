// Package api is the staff API, /api/v1: what the newsroom's screens do, for programs. It turns HTTP into deeds of package
// workflow and their errors into problems (RFC 9457); who may do what is decided by package identity. Only a token in
// the Authorization header lets a program in: cookies are never looked at, so that no page elsewhere can act for its reader.
package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"masthead/internal/db"
	"masthead/internal/errs"
	"masthead/internal/front"
	"masthead/internal/identity"
	"masthead/internal/media"
	"masthead/internal/published"
	"masthead/internal/workflow"
)

// Prefix is the beginning of the API's addresses.
const Prefix = "/api/v1"

// maxBody is the largest body that is read into memory, in bytes.
const maxBody = 12 << 20

// Config is what the API works with.
type Config struct {
	DB    *db.DB
	Room  *workflow.Room
	Staff *identity.Keeper
	// Fronts arranges the fronts.
	Fronts *front.Keeper
	// Media is the library of pictures, video and sound.
	Media *media.Library
	// Origin returns the public origin of the portal, such as https://news.example, without a slash at the end.
	Origin func() string
	// Version is the program's, told in the description.
	Version string
}

// api holds what the operations share.
type api struct {
	cfg    Config
	view   *published.View
	huma   huma.API
	limits limits
}

// New returns the API: a handler for everything below Prefix.
func New(c Config) http.Handler {
	shapeProblems()
	mux := http.NewServeMux()
	a := &api{cfg: c, view: published.New(c.DB)}
	a.huma = humago.NewWithPrefix(mux, Prefix, huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info:    &huma.Info{Title: "Masthead staff API", Version: c.Version, Description: "Stories and pictures, and their way to readers, for programs of the newsroom."},
			Components: &huma.Components{
				Schemas:         huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer),
				SecuritySchemes: map[string]*huma.SecurityScheme{"token": {Type: "http", Scheme: "bearer", Description: "A token from Settings or from “masthead token create”."}},
			},
		},
		Formats:       map[string]huma.Format{"application/json": exact, "json": exact},
		DefaultFormat: "application/json",
	})
	a.huma.UseMiddleware(a.admit, a.repeat)
	a.operations()
	description, err := json.Marshal(a.huma.OpenAPI())
	if err != nil {
		panic(err) // it is made of the types of this package: a test makes it
	}
	mux.HandleFunc("GET "+Prefix+"/openapi.json", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/openapi+json")
		w.Header().Set("Cache-Control", "no-cache")
		_, _ = w.Write(description) // the asker is gone
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		write(w, &Problem{Status: http.StatusNotFound, Detail: "there is nothing at this address: " + Prefix + "/openapi.json describes what there is"})
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
		mux.ServeHTTP(w, r)
	})
}

// exact is JSON whose text is refused where it would not come out as it came in.
var exact = huma.Format{
	Marshal: huma.DefaultJSONFormat.Marshal,
	Unmarshal: func(data []byte, v any) error {
		if !utf8.Valid(data) {
			return errors.New("the body is not UTF-8")
		}
		if halved(data) {
			return errors.New("the body has half a character: an escape from \\ud800 to \\udfff without the other")
		}
		return json.Unmarshal(data, v)
	},
}

// halved reports whether JSON has an escape of half a character (a surrogate alone), which would be replaced in silence.
func halved(data []byte) bool {
	high := false // the escape just before was a first half
	for i := 0; i < len(data); i++ {
		n := -1
		if data[i] == '\\' && i+1 < len(data) {
			if i++; data[i] == 'u' && i+4 < len(data) {
				if v, err := strconv.ParseUint(string(data[i+1:i+5]), 16, 16); err == nil {
					n, i = int(v), i+4
				}
			}
		}
		low := n >= 0xdc00 && n <= 0xdfff
		if low != high {
			return true
		}
		high = n >= 0xd800 && n <= 0xdbff
	}
	return high
}

// operations is the table of all that the API can do, and what each needs.
func (a *api) operations() {
	add(a, identity.Read, "GET", "/stories", "list-stories", "The stories that a query chooses, a page at a time", a.listStories)
	add(a, identity.Write, "POST", "/stories", "create-story", "Make a draft", a.createStory)
	add(a, identity.Read, "GET", "/stories/{id}", "get-story", "The newest text of a story, and where it stands", a.getStory)
	add(a, identity.Write, "PATCH", "/stories/{id}", "change-story", "Save a new version with other words", a.changeStory)
	add(a, identity.Edit, "POST", "/stories/{id}/state", "move-story", "Change where a story stands in the newsroom, and who works on it", a.moveStory)
	add(a, identity.Read, "GET", "/stories/{id}/checks", "check-story", "What the checks before publication find", a.checkStory)
	add(a, identity.Read, "GET", "/stories/{id}/versions", "list-versions", "The versions of a story, newest first", a.listVersions)
	add(a, identity.Read, "GET", "/stories/{id}/versions/{n}", "get-version", "The text of one version", a.getVersion)
	add(a, identity.Read, "GET", "/stories/{id}/compare", "compare-versions", "What is different between two versions", a.compareVersions)

	add(a, identity.Publish, "POST", "/stories/{id}/publish", "publish-story", "Make the newest version public now", a.publishStory)
	add(a, identity.Publish, "POST", "/stories/{id}/schedule", "schedule-story", "Make the newest version public at a moment", a.scheduleStory)
	add(a, identity.Publish, "POST", "/stories/{id}/unschedule", "unschedule-story", "Take a story that waits for its moment back", a.unscheduleStory)
	add(a, identity.Publish, "POST", "/stories/{id}/update", "update-story", "Replace what readers have by the newest version", a.updateStory)
	add(a, identity.Publish, "POST", "/stories/{id}/undo", "undo-publication", "Take a publication of the last ten minutes back", a.undoPublication)
	add(a, identity.Publish, "POST", "/stories/{id}/correct", "correct-story", "Tell readers what was wrong", a.correctStory)
	add(a, identity.Publish, "POST", "/stories/{id}/takedown", "take-down-story", "Take a live story from readers; it may return", a.takeDownStory)
	add(a, identity.Kill, "POST", "/stories/{id}/kill", "kill-story", "Remove a story for good", a.killStory)
	add(a, identity.Write, "POST", "/stories/{id}/restore", "restore-version", "Make a new version of an old one", a.restoreVersion)

	add(a, identity.Read, "GET", "/fronts", "list-fronts", "The fronts of the portal and of its regions, in each language", a.listFronts)
	add(a, identity.Read, "GET", "/fronts/{lang}/{front}", "get-front", "A front as it is being arranged", a.getFront)
	add(a, identity.Curate, "POST", "/fronts/{lang}/{front}/ops", "arrange-front", "Do small deeds on the draft of a front", a.arrangeFront)
	add(a, identity.Curate, "POST", "/fronts/{lang}/{front}/launch", "launch-front", "Give the draft of a front to readers", a.launchFront)
	add(a, identity.Curate, "POST", "/fronts/{lang}/{front}/undo", "undo-front", "Take back the last own deed on the draft, or the last launch", a.undoFront)

	add(a, identity.Read, "GET", "/media", "list-media", "The pictures, videos and sounds that a query chooses, the newest first, a page at a time", a.listMedia)
	add(a, identity.Write, "POST", "/media", "create-media", "Take a file into the library", a.addMedia)
	a.describeUpload()
	add(a, identity.Read, "GET", "/media/{id}", "get-media", "What is known of a medium, and who uses it", a.getMedia)
	add(a, identity.Write, "PATCH", "/media/{id}", "change-media", "Change what is known of a medium, its focal point and its rights: what readers see, as who may publish there", a.changeMedia)
	add(a, identity.Write, "DELETE", "/media/{id}", "remove-media", "Take a medium that nothing uses out of the library: one's own, or as an editor any. The same file again within thirty days brings it back", a.removeMedia)

	add(a, identity.Read, "GET", "/sections", "list-sections", "The sections of the portal", a.listSections)
	add(a, identity.Read, "GET", "/regions", "list-regions", "The regions of the portal", a.listRegions)
	add(a, identity.Read, "GET", "/topics", "list-topics", "The topics of published stories", a.listTopics)
	add(a, identity.Read, "GET", "/people", "list-people", "Who works here", a.listPeople)
	add(a, identity.Manage, "GET", "/tokens", "list-tokens", "The tokens of programs", a.listTokens)
	add(a, identity.Manage, "POST", "/tokens", "create-token", "Make a token; its secret is shown once", a.createToken)
	add(a, identity.Manage, "DELETE", "/tokens/{id}", "revoke-token", "End a token at once", a.revokeToken)
	add(a, identity.ReadAudit, "GET", "/audit", "list-audit", "What was done, by whom, newest first", a.listAudit)
}

// add registers an operation. What it needs is checked before anything of the request is read.
func add[I, O any](a *api, needs identity.Action, method, path, id, summary string, fn func(context.Context, *I) (*O, error)) {
	op := huma.Operation{
		OperationID: id, Method: method, Path: path, Summary: summary,
		Security:                     []map[string][]string{{"token": {}}},
		Metadata:                     map[string]any{"needs": needs},
		Extensions:                   map[string]any{"x-needs": string(needs)},
		MaxBodyBytes:                 maxBody,
		BodyReadTimeout:              time.Minute,
		RejectUnknownQueryParameters: true,
		Errors:                       []int{400, 401, 403, 404, 409, 410, 413, 415, 428, 429, 503},
	}
	if method == http.MethodPost {
		op.DefaultStatus = http.StatusOK
		if strings.HasPrefix(id, "create-") {
			op.DefaultStatus = http.StatusCreated
		}
		op.Parameters = append(op.Parameters, &huma.Param{
			Name: repeatHeader, In: "header", Schema: &huma.Schema{Type: "string", MaxLength: new(maxKey)},
			Description: "Any text that names this request: sent again within 24 hours it has the same answer and no second effect.",
		})
	}
	huma.Register(a.huma, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := fn(ctx, in)
		if err != nil {
			return nil, a.problem(ctx, op.OperationID, err)
		}
		return out, nil
	})
}

type caller struct{}

// person returns who asks.
func person(ctx context.Context) *identity.Person {
	p, _ := ctx.Value(caller{}).(*identity.Person)
	return p
}

// admit lets a program in by its token, if the rules allow what it wants and it does not ask too often.
func (a *api) admit(ctx huma.Context, next func(huma.Context)) {
	scheme, secret, _ := strings.Cut(ctx.Header("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || secret == "" {
		ctx.SetHeader("WWW-Authenticate", `Bearer realm="masthead"`)
		a.refuse(ctx, http.StatusUnauthorized, "this needs a token: send it as Authorization: Bearer")
		return
	}
	who, err := a.cfg.Staff.Token(ctx.Context(), strings.TrimSpace(secret))
	switch {
	case errs.Is(err, errs.NotFound):
		ctx.SetHeader("WWW-Authenticate", `Bearer realm="masthead", error="invalid_token"`)
		a.refuse(ctx, http.StatusUnauthorized, "the token is unknown, revoked or too old: make a new one")
		return
	case err != nil:
		p := a.problem(ctx.Context(), ctx.Operation().OperationID, fmt.Errorf("read the token: %w", err))
		a.refuse(ctx, p.GetStatus(), p.Error())
		return
	}
	if wait := a.limits.take(who.ID, a.cfg.DB.Now()); wait > 0 {
		ctx.SetHeader("Retry-After", "1")
		a.refuse(ctx, http.StatusTooManyRequests, fmt.Sprintf("more than %d requests a second: wait a second", perSecond))
		return
	}
	if needs, _ := ctx.Operation().Metadata["needs"].(identity.Action); !who.May(needs) {
		a.refuse(ctx, http.StatusForbidden, who.Need(needs, "").Error())
		return
	}
	next(huma.WithValue(ctx, caller{}, who))
}

func (a *api) refuse(ctx huma.Context, status int, why string) {
	_ = huma.WriteErr(a.huma, ctx, status, why) // the asker is gone
}

// document is a story's body as JSON: the document model's own schema judges it.
type document struct{ json.RawMessage }

func (document) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: "object", AdditionalProperties: true, Description: "A document: {\"type\": \"doc\", \"content\": […]}"}
}

func documentOf(text []byte) document { return document{bytes.Clone(text)} }
