// Package wire brings agency copy in. It reads every format that the portal knows into one kind of item (ninjs 3),
// keeps each message as it was received and each version of each item, decides which version counts, and makes
// stories of them through package content. It owns those rules; it must not know how pages are made.
package wire

import (
	"masthead/internal/errs"
	"masthead/internal/format/feed"
	"masthead/internal/format/kind"
	"masthead/internal/format/newsml"
	"masthead/internal/format/ninjs"
	"masthead/internal/format/nitf"
)

// MaxBytes is the size of the largest file that is read; real ones have some hundred kilobytes.
const MaxBytes = 32 << 20

// Message is what one file, or one answer of a server, carries.
type Message struct {
	Format   string // the kind's name: ninjs3, newsml-g2, nitf, rss, …
	Items    []ninjs.Item
	Problems []Problem
}

// Problem is something about a message that a person should know and that did not stop the rest.
type Problem struct {
	Item string // the guid, or the item's place in the message ("item 3"); "" for the message
	Text string
}

func (p Problem) String() string {
	if p.Item == "" {
		return p.Text
	}
	return p.Item + ": " + p.Text
}

// Read reads a message of any known format, which it finds from the content alone. contentType is the HTTP
// Content-Type header, or empty. An error (errs.Invalid) means that nothing in it can be used; a broken item
// among good ones is a Problem. Bodies are the agency's own HTML: not safe to show before package doc has
// read them.
func Read(b []byte, contentType string) (Message, error) {
	if len(b) > MaxBytes {
		return Message{}, errs.Errorf(errs.Invalid, "%d bytes: files of more than %d MB are not read", len(b), MaxBytes>>20)
	}
	k, what := kind.Of(b)
	m := Message{Format: string(k)}
	var err error
	switch k {
	case kind.Ninjs1, kind.Ninjs2, kind.Ninjs3:
		err = m.readNinjs(b)
	case kind.NewsMLG2:
		err = m.readNewsML(b)
	case kind.NITF:
		err = m.readNITF(b)
	case kind.RSS, kind.RSS1, kind.Atom, kind.JSONFeed:
		err = m.readFeed(b, contentType)
	default:
		err = errs.Errorf(errs.Invalid, "%s: not a format of news copy that is read here", what)
	}
	if err != nil {
		return Message{}, err
	}
	m.check()
	if len(m.Items) == 0 && len(m.Problems) == 0 {
		m.problem("", "nothing in it")
	}
	return m, nil
}

func (m *Message) problem(item, text string) {
	m.Problems = append(m.Problems, Problem{Item: item, Text: text})
}

func (m *Message) readNinjs(b []byte) error {
	items, err := ninjs.Parse(b)
	if err == nil {
		m.Items = items
		return nil
	}
	parts := splitJSON(b)
	if len(parts) < 2 {
		return err
	}
	for i, part := range parts {
		items, err := ninjs.Parse(part)
		if err != nil {
			m.problem(place(i), err.Error())
			continue
		}
		m.Items = append(m.Items, items...)
	}
	return nil
}

func (m *Message) readNewsML(b []byte) error {
	msg, err := newsml.Parse(b)
	if err != nil {
		return err
	}
	for i := range msg.Items {
		g := &msg.Items[i]
		if err := g.Refusal(); err != nil {
			name := g.GUID
			if name == "" {
				name = place(i)
			}
			m.problem(name, err.Error())
			continue
		}
		m.adaptNewsML(g)
	}
	return nil
}

func (m *Message) readNITF(b []byte) error {
	it, err := nitf.Parse(b)
	if err != nil {
		return err
	}
	m.adaptNITF(it)
	return nil
}

func (m *Message) readFeed(b []byte, contentType string) error {
	f, err := feed.Parse(b, contentType, "")
	if err != nil {
		return err
	}
	for _, p := range f.Problems {
		m.problem("", p)
	}
	m.adaptFeed(f)
	return nil
}
