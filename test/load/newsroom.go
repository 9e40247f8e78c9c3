package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"
)

// newsroom measures the real program at work for a newsroom: the lists as a person sees them, first alone, then while
// programs write stories over the staff API, each with a token of its own.
func newsroom(ctx context.Context, o options) error {
	began := time.Now()
	n, err := grow(ctx, filepath.Join(o.data, "masthead.db"), o.stories)
	if err != nil {
		return err
	}
	fmt.Printf("the newsroom has %d stories (made ready in %s)\n", n, time.Since(began).Round(time.Second))
	s, err := start(ctx, o)
	if err != nil {
		return err
	}
	defer s.end()
	d := &desks{server: s, options: o, times: times{}}
	if err := d.signIn(ctx); err != nil {
		return err
	}
	if d.tokens, err = d.makeTokens(ctx); err != nil {
		return err
	}
	if err := d.screens(ctx, "", 40); err != nil {
		return err
	}
	if err := d.work(ctx); err != nil {
		return err
	}
	if err := d.times.print(os.Stdout); err != nil {
		return err
	}
	fmt.Printf("%d writers: %d deeds in %s, %.0f a second; resident memory %d MiB\n",
		o.writers, d.deeds, d.spent.Round(time.Millisecond), float64(d.deeds)/d.spent.Seconds(), s.memory("VmRSS"))
	return nil
}

// desks are the people and programs at work.
type desks struct {
	*server
	options
	people *http.Client // signed in
	tokens []string

	mu    sync.Mutex
	times times
	deeds int
	spent time.Duration
}

func (d *desks) note(kind string, spent time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.times.add(kind, spent)
}

// command runs a command of the program beside the server.
func (d *desks) command(ctx context.Context, in string, args ...string) (string, error) {
	c := exec.CommandContext(ctx, filepath.Join(d.dir, "masthead"), append(args, "--data", d.data)...)
	c.Stdin = strings.NewReader(in)
	out, err := c.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("masthead %s: %w\n%s", strings.Join(args, " "), err, out)
	}
	return string(out), nil
}

// signIn makes an account for this run and lets it in by the door.
func (d *desks) signIn(ctx context.Context) error {
	email := fmt.Sprintf("load-%d@ledger.example", time.Now().UnixNano())
	const password = "seven grey geese over the river"
	if _, err := d.command(ctx, password+"\n", "user", "add", email, "--name", "Load", "--role", "admin", "--password-stdin"); err != nil {
		return err
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	d.people = &http.Client{Jar: jar}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, d.origin+"/newsroom/sign-in", strings.NewReader(url.Values{"email": {email}, "password": {password}}.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", d.origin)
	res, err := d.people.Do(req)
	if err != nil {
		return err
	}
	if err := drain(res); err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK || strings.Contains(res.Request.URL.Path, "sign-in") {
		return fmt.Errorf("sign-in answers %s at %s", res.Status, res.Request.URL.Path)
	}
	return nil
}

var secret = regexp.MustCompile(`mh_\S+`)

func (d *desks) makeTokens(ctx context.Context) (list []string, err error) {
	for i := range d.writers {
		out, err := d.command(ctx, "", "token", "create", "--role", "publisher", "--name", fmt.Sprint("load ", i))
		if err != nil {
			return nil, err
		}
		t := secret.FindString(out)
		if t == "" {
			return nil, errors.New("masthead token create prints no token")
		}
		list = append(list, t)
	}
	return list, nil
}

// listScreens are lists as people look at them, by what they are.
var listScreens = []page{
	{"Today", "/newsroom/"},
	{"stories, newest", "/newsroom/stories"},
	{"stories in edit", "/newsroom/stories?state=in-edit"},
	{"stories of a section", "/newsroom/stories?section=energy"},
	{"live stories of a section", "/newsroom/stories?state=live&section=energy"},
	{"stories of a place", "/newsroom/stories?region=calgary"},
	{"stories of nobody, French", "/newsroom/stories?who=none&lang=fr"},
	{"stories without a picture", "/newsroom/stories?photo=without"},
	{"stories by words", "/newsroom/stories?q=glacier"},
	{"stories by words that are rare", "/newsroom/stories?q=qqqzzz"},
	{"stories by headline", "/newsroom/stories?sort=headline"},
}

// older finds the link to a list's next page; row finds a story's.
var (
	older = regexp.MustCompile(`href="(/newsroom/stories\?[^"]*cursor=[^"]+)"`)
	row   = regexp.MustCompile(`/newsroom/stories/([0-9bcdfghjkmnpqrstvwxyz]{10,})`)
)

// screens asks for every list, n times, with its following pages, and for what is opened from it.
func (d *desks) screens(ctx context.Context, suffix string, n int) error {
	for i := range n {
		for _, l := range listScreens {
			text, err := d.screen(ctx, l.kind+suffix, l.path)
			if err != nil {
				return err
			}
			if m := older.FindStringSubmatch(text); m != nil && i%4 == 0 {
				if _, err := d.screen(ctx, "the page after"+suffix, strings.ReplaceAll(m[1], "&amp;", "&")); err != nil {
					return err
				}
			}
			if m := row.FindStringSubmatch(text); m != nil && l.kind == "stories, newest" {
				for kind, end := range map[string]string{"a story’s page": "", "a story at a glance": "/glance", "a story’s versions": "/versions"} {
					if _, err := d.screen(ctx, kind+suffix, "/newsroom/stories/"+m[1]+end); err != nil {
						return err
					}
				}
			}
		}
	}
	return nil
}

func (d *desks) screen(ctx context.Context, kind, path string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, d.origin+path, nil)
	if err != nil {
		return "", err
	}
	began := time.Now()
	res, err := d.people.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return "", err
	}
	if res.StatusCode != http.StatusOK {
		return "", fmt.Errorf("%s answers %s: %.300s", path, res.Status, text)
	}
	d.note(kind, time.Since(began))
	return string(text), nil
}

// work lets all writers write, while people look at lists.
func (d *desks) work(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var writers, readers sync.WaitGroup
	began := time.Now()
	for i, token := range d.tokens {
		writers.Go(func() {
			w := &writer{desks: d, token: token, r: rand.New(rand.NewPCG(d.seed, uint64(i)))}
			for k := range max(d.n/len(d.tokens), 1) {
				if err := w.story(ctx, k); err != nil {
					cancel(fmt.Errorf("writer %d: %w", i, err))
					return
				}
			}
		})
	}
	done := make(chan bool)
	readers.Go(func() {
		for {
			select {
			case <-done:
				return
			case <-ctx.Done():
				return
			default:
			}
			if err := d.screens(ctx, ", all writing", 1); err != nil {
				cancel(err)
				return
			}
		}
	})
	writers.Wait()
	d.spent = time.Since(began)
	close(done)
	readers.Wait()
	return context.Cause(ctx)
}

// writer is a program with a token.
type writer struct {
	*desks
	token string
	r     *rand.Rand
	last  time.Time
}

// story makes a story, changes it twice, publishes it, and reads a list.
func (w *writer) story(ctx context.Context, k int) error {
	mark := fmt.Sprintf("%x", w.r.Uint64())
	var made struct {
		ID      string `json:"id"`
		Version int    `json:"version"`
	}
	err := w.call(ctx, "API: create", http.MethodPost, "/stories", map[string]any{
		"headline": "Report " + mark, "standfirst": "What the desk knows so far.", "section": "energy", "language": "en", "kind": "story",
		"regions": []string{"calgary"}, "bylines": []map[string]string{{"name": "Load Writer"}},
		"body_markdown": strings.Repeat("The council met on Monday and heard of "+mark+".\n\n", 20),
	}, &made)
	if err != nil {
		return err
	}
	for i := range 2 {
		err := w.call(ctx, "API: change", http.MethodPatch, "/stories/"+made.ID, map[string]any{"version": made.Version, "headline": fmt.Sprintf("Report %s, take %d", mark, i+2)}, &made)
		if err != nil {
			return err
		}
	}
	if err := w.call(ctx, "API: publish", http.MethodPost, "/stories/"+made.ID+"/publish", map[string]any{"override": "a load"}, nil); err != nil {
		return err
	}
	lists := []string{"/stories", "/stories?state=draft", "/stories?section=energy&state=live"}
	return w.call(ctx, "API: list", http.MethodGet, lists[k%len(lists)], nil, nil)
}

// call asks the API and measures. It keeps to fewer than the 50 calls a second that a token has.
func (w *writer) call(ctx context.Context, kind, method, path string, in, out any) error {
	if early := 25*time.Millisecond - time.Since(w.last); early > 0 {
		if err := wait(ctx, early); err != nil {
			return err
		}
	}
	w.last = time.Now()
	var body bytes.Buffer
	if in != nil {
		if err := json.NewEncoder(&body).Encode(in); err != nil {
			return err
		}
	}
	req, err := http.NewRequestWithContext(ctx, method, w.origin+"/api/v1"+path, &body)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+w.token)
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	began := time.Now()
	res, err := w.client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode >= 300 {
		return fmt.Errorf("%s %s answers %s: %.400s", method, path, res.Status, text)
	}
	w.note(kind, time.Since(began))
	w.mu.Lock()
	w.deeds++
	w.mu.Unlock()
	if out == nil {
		return nil
	}
	return json.Unmarshal(text, out)
}
