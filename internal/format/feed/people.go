package feed

import "strings"

// author reads a person construct of Atom (RFC 4287 §3.2) or a line of RSS or Dublin Core. The line may be a name,
// an address, "address (Name)", "Name (address)" or "Name <address>"; a list of names stays one author.
func author(n *node) Author {
	if n.markup() {
		var a Author
		for _, k := range n.kids {
			switch strings.TrimPrefix(k.name, "atom:") {
			case "name", "itunes:name":
				first(&a.Name, line(k.own()))
			case "email", "itunes:email":
				first(&a.Email, k.own())
			case "uri", "url", "homepage":
				first(&a.URI, k.url(k.own()))
			}
		}
		if a != (Author{}) {
			return a
		}
	}
	return person(plain(n.own()))
}

// person takes one line apart.
func person(s string) Author {
	for _, pair := range [...]string{"()", "<>"} {
		before, rest, ok := strings.Cut(s, pair[:1])
		inside, after, closed := strings.Cut(rest, pair[1:])
		if !ok || !closed || strings.TrimSpace(after) != "" {
			continue
		}
		before, inside = strings.Trim(before, ` "`), strings.TrimSpace(inside)
		switch {
		case address(before):
			return Author{Name: inside, Email: before}
		case address(inside):
			return Author{Name: before, Email: strings.TrimPrefix(inside, "mailto:")}
		}
	}
	if address(s) {
		return Author{Email: s}
	}
	return Author{Name: s}
}

// address reports whether s looks like a mail address and nothing else.
func address(s string) bool {
	name, host, ok := strings.Cut(s, "@")
	return ok && name != "" && strings.Contains(host, ".") && !strings.ContainsAny(s, " <>()\"")
}

// addAuthor adds a to the list. What is already there under the same name or address is completed instead, because
// feeds say the same person in author and dc:creator.
func addAuthor(list []Author, a Author) []Author {
	if a == (Author{}) || len(list) >= maxLists {
		return list
	}
	for i := range list {
		same := a.Name != "" && strings.EqualFold(a.Name, list[i].Name) ||
			a.Email != "" && strings.EqualFold(a.Email, list[i].Email)
		if same {
			first(&list[i].Name, a.Name)
			first(&list[i].Email, a.Email)
			first(&list[i].URI, a.URI)
			return list
		}
	}
	return append(list, a)
}
