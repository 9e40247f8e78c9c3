// Package words holds the interface strings, one catalogue a language: the reader site's, and apart from it the
// newsroom's, which is many times larger and kept in a file for each area. It knows no page and no story: text that
// people wrote comes from elsewhere.
package words

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed en.json fr.json refusals.fr.json staff/*.json
var files embed.FS

// Languages are the primary tags of the languages that have a catalogue.
func Languages() []string { return []string{"en", "fr"} }

// Catalogue is the interface in one language. It is safe for concurrent use.
type Catalogue struct {
	lang    string
	entries map[string]entry
}

// entry is a text, or a text per plural form. {0}, {1}, … stand for the arguments.
type entry struct {
	One   string `json:"one"`
	Other string `json:"other"`
}

func (e *entry) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		return json.Unmarshal(b, &e.Other)
	}
	type forms entry
	return json.Unmarshal(b, (*forms)(e))
}

var catalogues = sync.OnceValue(func() map[string]*Catalogue {
	all := map[string]*Catalogue{}
	for _, lang := range Languages() {
		text, err := files.ReadFile(lang + ".json")
		if err != nil {
			panic(err) // embedded beside this file
		}
		c := &Catalogue{lang: lang}
		if err := json.Unmarshal(text, &c.entries); err != nil {
			panic(fmt.Errorf("%s.json: %w", lang, err))
		}
		all[lang] = c
	}
	return all
})

var staff = sync.OnceValue(func() map[string]*Catalogue {
	all := map[string]*Catalogue{}
	for _, lang := range Languages() {
		c := &Catalogue{lang: lang, entries: map[string]entry{}}
		names, err := fs.Glob(files, "staff/*."+lang+".json")
		if err != nil {
			panic(err) // the pattern is valid
		}
		for _, name := range names {
			text, err := files.ReadFile(name)
			if err != nil {
				panic(err) // embedded beside this file
			}
			area := strings.TrimSuffix(path.Base(name), "."+lang+".json")
			entries := map[string]entry{}
			if err := json.Unmarshal(text, &entries); err != nil {
				panic(fmt.Errorf("%s: %w", name, err))
			}
			for k, e := range entries {
				c.entries[area+"."+k] = e
			}
		}
		all[lang] = c
	}
	return all
})

// Staff returns the newsroom's catalogue of a language tag; English for a language without one. The keys begin with
// the name of the area that their file is named after: staff/stories.en.json has "stories.new" as "new".
func Staff(lang string) *Catalogue {
	primary, _, _ := strings.Cut(lang, "-")
	if c, ok := staff()[primary]; ok {
		return c
	}
	return staff()["en"]
}

var refusals = sync.OnceValue(func() map[string]string {
	text, err := files.ReadFile("refusals.fr.json")
	if err != nil {
		panic(err) // embedded beside this file
	}
	all := map[string]string{}
	if err := json.Unmarshal(text, &all); err != nil {
		panic(fmt.Errorf("refusals.fr.json: %w", err))
	}
	return all
})

// Refusal says in another language what a rule refused in English: format and args are those that its error was made of. ok
// is false for English, and where the language has no words for it.
func (c *Catalogue) Refusal(format string, args ...any) (text string, ok bool) {
	if c.lang != "fr" {
		return "", false
	}
	text, ok = refusals()[format]
	if strings.Contains(text, "%") {
		text = fmt.Sprintf(text, args...)
	}
	return text, ok
}

// Area returns the texts of one area by their keys without its name, for a script: plural forms as objects.
func (c *Catalogue) Area(area string) map[string]any {
	out := map[string]any{}
	for k, e := range c.entries {
		if key, ok := strings.CutPrefix(k, area+"."); ok {
			out[key] = e.Other
			if e.One != "" {
				out[key] = map[string]string{"one": e.One, "other": e.Other}
			}
		}
	}
	return out
}

// For returns the catalogue of a language tag; English for a language without one.
func For(lang string) *Catalogue {
	primary, _, _ := strings.Cut(lang, "-")
	if c, ok := catalogues()[primary]; ok {
		return c
	}
	return catalogues()["en"]
}

// Lang returns the catalogue's language.
func (c *Catalogue) Lang() string { return c.lang }

// Keys returns the names of all texts, sorted.
func (c *Catalogue) Keys() []string { return slices.Sorted(maps.Keys(c.entries)) }

// Text returns a text with its arguments put in. A text with plural forms takes the count as its first
// argument: French counts 0 and 1 as one, English only 1. An unknown key is an error that names it.
func (c *Catalogue) Text(key string, args ...any) (string, error) {
	e, ok := c.entries[key]
	if !ok {
		return "", fmt.Errorf("no text %q in the %s catalogue", key, c.lang)
	}
	s := e.Other
	if e.One != "" {
		if len(args) == 0 {
			return "", fmt.Errorf("text %q needs a count", key)
		}
		if n, ok := args[0].(int); ok && (n == 1 || n == 0 && c.lang == "fr") {
			s = e.One
		}
	}
	if len(args) == 0 {
		return s, nil
	}
	return fill(s, args), nil
}

// T is Text for keys that a program names itself: an unknown key shows as the key.
func (c *Catalogue) T(key string, args ...any) string {
	s, err := c.Text(key, args...)
	if err != nil {
		return key
	}
	return s
}

func fill(s string, args []any) string {
	var b strings.Builder
	for {
		i := strings.IndexByte(s, '{')
		if i < 0 || i+2 >= len(s) || s[i+2] != '}' {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(s[:i])
		if n := int(s[i+1] - '0'); n >= 0 && n < len(args) {
			switch a := args[n].(type) {
			case string:
				b.WriteString(a)
			case int:
				b.WriteString(strconv.Itoa(a))
			default:
				fmt.Fprint(&b, a)
			}
		}
		s = s[i+3:]
	}
}
