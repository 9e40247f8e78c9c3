package deskui

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"masthead/internal/db"
	"masthead/internal/identity"
	"masthead/internal/newsroom"
	"masthead/internal/workflow"
)

// notice is what the stream tells a browser. What has not changed is left away.
type notice struct {
	At       int64          `json:"at"`                // of the newest change told, to go on from
	Changed  []changed      `json:"changed,omitempty"` // stories
	Counts   map[string]int `json:"counts,omitempty"`  // of the views that everybody has
	Act      map[string]int `json:"act,omitempty"`     // of the navigation: what waits for this person
	Online   []online       `json:"online,omitempty"`
	Mentions *int           `json:"mentions,omitempty"`
	Trouble  bool           `json:"trouble,omitempty"` // nothing can be told at present
}

// online is somebody at work.
type online struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Story string `json:"story,omitempty"` // open for writing
}

// hub looks for what changed while anybody listens, once for all of them.
type hub struct {
	db    *db.DB
	room  *workflow.Room
	every time.Duration
	done  chan struct{} // closed when the server stops

	mu        sync.Mutex
	listeners map[*listener]bool
	stop      context.CancelFunc // of the search; nil while nobody listens
	looking   sync.Mutex         // one look at a time, also while one search ends and the next begins
}

// search is the looking for changes from when somebody began to listen until nobody does.
type search struct {
	*hub
	since   int64            // of the newest change seen
	seen    map[string]int64 // changes near it, not to be told twice
	begun   bool
	trouble bool
}

// listener is one open stream.
type listener struct {
	who    *identity.Person
	told   notice // what it was told last
	notice chan notice
}

// backlog is how many notices wait for a slow browser before its stream is ended: it comes again and asks for all.
const backlog = 16

// overlap is how far behind the newest change is looked again: a transaction shows up after its moment, and the clocks of
// two machines differ.
const overlap = 5 * time.Second

// streamLife is how long a stream lasts: a browser comes again by itself, and whether it may is asked anew.
const streamLife = 5 * time.Minute

func newHub(d *db.DB, room *workflow.Room, every time.Duration) *hub {
	return &hub{db: d, room: room, every: every, done: make(chan struct{}), listeners: map[*listener]bool{}}
}

func (h *hub) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	select {
	case <-h.done:
	default:
		close(h.done)
	}
	if h.stop != nil {
		h.stop()
		h.stop = nil
	}
}

// join adds a listener; the first one starts the search, which outlives its request.
func (h *hub) join(ctx context.Context, who *identity.Person) *listener {
	l := &listener{who: who, notice: make(chan notice, backlog)}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.listeners[l] = true
	if h.stop == nil {
		ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
		h.stop = stop
		s := &search{hub: h, since: h.db.Now().UnixMicro(), seen: map[string]int64{}}
		go s.run(ctx)
	}
	return l
}

func (h *hub) leave(l *listener) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.listeners, l)
	if len(h.listeners) == 0 && h.stop != nil {
		h.stop()
		h.stop = nil
	}
}

func (h *hub) all() []*listener {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Collect(maps.Keys(h.listeners))
}

func (h *search) run(ctx context.Context) {
	tick := time.NewTicker(h.every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		h.look(ctx)
	}
}

// look finds what changed and tells each listener what is new to it.
func (h *search) look(ctx context.Context) {
	h.looking.Lock()
	defer h.looking.Unlock()
	listeners := h.all()
	news, err := h.news(ctx)
	var s *scene
	if err == nil {
		s, err = h.scene(ctx, listeners)
	}
	if err != nil {
		if ctx.Err() == nil && !h.trouble {
			slog.Warn("the newsroom's screens get no news", "err", err)
			h.trouble = true
			for _, l := range listeners {
				h.tell(l, notice{Trouble: true})
			}
		}
		return
	}
	h.trouble = false
	for _, l := range listeners {
		n := s.of(l.who)
		n.At, n.Changed = h.since, news
		if n := l.fresh(n); n != nil {
			h.tell(l, *n)
		}
	}
}

// tell hands a notice to a listener; one that does not keep up loses its stream.
func (h *hub) tell(l *listener, n notice) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.listeners[l] {
		return
	}
	select {
	case l.notice <- n:
	default:
		delete(h.listeners, l)
		close(l.notice)
	}
}

// news are the stories changed since the last look.
func (h *search) news(ctx context.Context) (list []changed, err error) {
	found, err := selectChanged(ctx, h.db, h.since-overlap.Microseconds())
	if err != nil {
		return nil, err
	}
	from := h.since
	for _, c := range found {
		known, ok := h.seen[c.ID]
		if !ok && !h.begun && c.at < from {
			h.seen[c.ID] = c.at // from before anybody listened
			continue
		}
		if known != c.at {
			list = append(list, c)
		}
		h.seen[c.ID], h.since = c.at, max(h.since, c.at)
	}
	maps.DeleteFunc(h.seen, func(_ string, at int64) bool { return at < h.since-2*overlap.Microseconds() })
	h.begun = true
	return list, nil
}

// scene is how the newsroom stands at a moment, for all who listen.
type scene struct {
	counts   map[string]int // of views that are the same for all
	mine     map[string]int // by account
	mentions map[string]int // by account
	online   []online
}

func (h *hub) scene(ctx context.Context, listeners []*listener) (*scene, error) {
	s := &scene{counts: map[string]int{}, mine: map[string]int{}, mentions: map[string]int{}}
	people := map[string]*identity.Person{}
	for _, l := range listeners {
		people[l.who.ID] = l.who
	}
	if len(people) == 0 {
		return s, nil
	}
	var names []string
	var queries []workflow.Query
	for _, b := range builtIn[1:] {
		names, queries = append(names, b.name), append(queries, b.query(""))
	}
	counts, err := h.room.Counts(ctx, listeners[0].who, queries...)
	if err != nil {
		return nil, err
	}
	for i, n := range counts {
		s.counts[names[i]] = n
	}
	for id, who := range people {
		mine, err := h.room.Counts(ctx, who, builtIn[0].query(id))
		if err != nil {
			return nil, err
		}
		s.mine[id] = mine[0]
		if s.mentions[id], err = countMentions(ctx, h.db, id); err != nil {
			return nil, err
		}
	}
	s.online, err = h.online(ctx, people)
	return s, err
}

// online are those with an open stream of this process, and all who write.
func (h *hub) online(ctx context.Context, people map[string]*identity.Person) (list []online, err error) {
	writing, err := selectHeld(ctx, h.db, h.db.Now().Add(-30*time.Second))
	if err != nil {
		return nil, err
	}
	all := map[string]online{}
	for id, who := range people {
		all[id] = online{ID: id, Name: who.Name}
	}
	for _, w := range writing {
		o, ok := all[w.account]
		if !ok {
			name, err := identity.Name(ctx, h.db, w.account)
			if err != nil {
				return nil, err
			}
			o = online{ID: w.account, Name: name}
		}
		o.Story = w.story
		all[w.account] = o
	}
	return slices.SortedFunc(maps.Values(all), func(a, b online) int {
		return strings.Compare(a.Name+"\n"+a.ID, b.Name+"\n"+b.ID)
	}), nil
}

// of is the scene as one person gets it.
func (s *scene) of(who *identity.Person) notice {
	counts := maps.Clone(s.counts)
	counts[builtIn[0].name] = s.mine[who.ID]
	mentions := s.mentions[who.ID]
	act := map[string]int{"today": mentions, "stories": 0}
	if who.May(identity.Edit) {
		act["stories"] += s.counts["edit"]
	}
	if who.May(identity.Publish) {
		act["stories"] += s.counts["ready"]
	}
	return notice{Counts: counts, Act: act, Online: s.online, Mentions: &mentions}
}

// fresh leaves away what the listener was told already; nil if that is all.
func (l *listener) fresh(n notice) *notice {
	before := l.told
	l.told = n
	l.told.Changed = nil
	same := 0
	if reflect.DeepEqual(before.Counts, n.Counts) && reflect.DeepEqual(before.Act, n.Act) {
		n.Counts, n.Act = nil, nil
		same++
	}
	if reflect.DeepEqual(before.Online, n.Online) {
		n.Online = nil
		same++
	}
	if before.Mentions != nil && *before.Mentions == *n.Mentions {
		n.Mentions = nil
		same++
	}
	if same == 3 && len(n.Changed) == 0 {
		return nil
	}
	return &n
}

// now is everything at once, for who asks without a stream: changes since a moment too, if it is given.
func (h *hub) now(ctx context.Context, who *identity.Person, since int64) (n notice, err error) {
	s, err := h.scene(ctx, append(h.all(), &listener{who: who}))
	if err != nil {
		return n, err
	}
	n = s.of(who)
	n.At = h.db.Now().UnixMicro()
	if since > 0 {
		n.Changed, err = selectChanged(ctx, h.db, since-overlap.Microseconds())
	}
	return n, err
}

// events is the stream of notices; with once, one notice as JSON for a browser that cannot hold a stream.
func (u *UI) events(w http.ResponseWriter, r *newsroom.Request) error {
	since := r.URL.Query().Get("since")
	if id := r.Header.Get("Last-Event-ID"); id != "" {
		since = id
	}
	from, _ := strconv.ParseInt(since, 10, 64) // what is no number asks for nothing earlier
	if r.URL.Query().Get("once") != "" {
		n, err := u.hub.now(r.Context(), r.Who, from)
		if err != nil {
			return err
		}
		return newsroom.JSON(w, http.StatusOK, n)
	}
	l := u.hub.join(r.Context(), r.Who)
	defer u.hub.leave(l)
	n, err := u.hub.now(r.Context(), r.Who, from)
	if err != nil {
		return err
	}
	stream := http.NewResponseController(w)
	// The server's limits are for answers that end. A connection that knows no deadlines has none.
	for _, limit := range []func(time.Time) error{stream.SetReadDeadline, stream.SetWriteDeadline} {
		if err := limit(time.Time{}); err != nil && !errors.Is(err, http.ErrNotSupported) {
			return err
		}
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no")
	u.stream(w, stream, r, l, n)
	return nil
}

// stream writes notices until the browser goes, the server stops, or the stream is old.
func (u *UI) stream(w http.ResponseWriter, c *http.ResponseController, r *newsroom.Request, l *listener, first notice) {
	send := func(text string) bool {
		_, err := fmt.Fprint(w, text)
		return err == nil && c.Flush() == nil
	}
	event := func(n notice) bool {
		b, err := json.Marshal(n)
		return err == nil && send("id: "+strconv.FormatInt(n.At, 10)+"\ndata: "+string(b)+"\n\n")
	}
	if !send("retry: 2000\n\n") || !event(first) {
		return
	}
	alive, end := time.NewTicker(20*time.Second), time.NewTimer(streamLife)
	defer alive.Stop()
	defer end.Stop()
	for ok := true; ok; {
		select {
		case <-r.Context().Done():
			return
		case <-u.hub.done:
			return
		case <-end.C:
			return
		case <-alive.C:
			ok = send(": here\n\n")
		case n, open := <-l.notice:
			ok = open && event(n)
		}
	}
}
