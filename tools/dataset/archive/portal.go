package archive

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"masthead/internal/local/place"
	"masthead/internal/published"
)

// sections of the portal: the first column is the slug, then the names, then the parent.
var sections = [][4]string{
	{"canada", "Canada", "Canada", ""}, {"world", "World", "Monde", ""}, {"politics", "Politics", "Politique", ""},
	{"business", "Business", "Affaires", ""}, {"sports", "Sports", "Sports", ""}, {"arts", "Arts", "Arts", ""},
	{"life", "Life", "Vie", ""}, {"science", "Science", "Science", ""}, {"health", "Health", "Santé", ""},
	{"opinion", "Opinion", "Opinion", ""}, {"environment", "Environment", "Environnement", ""}, {"community", "Community", "Communauté", ""},
	{"europe", "Europe", "Europe", "world"}, {"americas", "Americas", "Amériques", "world"}, {"asia", "Asia", "Asie", "world"},
	{"federal", "Federal politics", "Politique fédérale", "politics"}, {"provincial", "Provincial politics", "Politique provinciale", "politics"},
	{"city-hall", "City hall", "Hôtel de ville", "politics"}, {"energy", "Energy", "Énergie", "business"},
	{"agriculture", "Agriculture", "Agriculture", "business"}, {"markets", "Markets", "Marchés", "business"},
	{"hockey", "Hockey", "Hockey", "sports"}, {"football", "Football", "Football", "sports"}, {"soccer", "Soccer", "Soccer", "sports"},
	{"film", "Film", "Cinéma", "arts"}, {"music", "Music", "Musique", "arts"}, {"books", "Books", "Livres", "arts"},
	{"food", "Food", "Cuisine", "life"}, {"travel", "Travel", "Voyage", "life"}, {"letters", "Letters", "Courrier", "opinion"},
}

const (
	regionCount = 24
	topicCount  = 3000
	authorCount = 120
)

// site returns the settings of the portal.
func site(zone string) published.Site {
	s := published.Site{
		Name: "The Prairie Archive", Tagline: map[string]string{"en": "Ten years of made-up news", "fr": "Dix ans de nouvelles inventées"},
		URL: "http://127.0.0.1:8080", Languages: []string{"en", "fr"}, Zone: zone, Founded: 2016, Contact: "desk@example.org",
	}
	for _, x := range sections {
		s.Sections = append(s.Sections, published.Section{Slug: x[0], Parent: x[3], Name: map[string]string{"en": x[1], "fr": x[2]}})
	}
	pack := place.Pack("ca")
	for i := range regionCount {
		p := pack[i*len(pack)/regionCount]
		s.Regions = append(s.Regions, published.Region{
			Slug: p.Slug, Name: p.Name, NameFR: p.NameFR, Province: p.Province, ProvinceFR: p.ProvinceFR,
			Abbrev: p.Abbrev, Zone: p.Zone, Lat: p.Lat, Lon: p.Lon,
		})
	}
	s.Place = s.Regions[0].Slug
	return s
}

// topics returns subjects in the order of their frequency, in the words of a language.
func topics(l *lexicon, n int) []published.Topic {
	r := rand.New(rand.NewPCG(3, uint64(n)))
	seen := map[string]bool{}
	var list []published.Topic
	for len(list) < n {
		var name string
		switch adj := l.slots["adj"]; r.IntN(3) {
		case 0:
			name = capital(l.plural[r.IntN(len(l.plural))]) + ", " + l.draws("name", r)
		case 1:
			name = l.draws("name", r) + " " + strconv.Itoa(2000+r.IntN(40))
		default:
			i := r.IntN(len(l.slots["noun"]))
			the, _ := l.articles(l.slots["noun"][i], adj[r.IntN(len(adj))], i)
			name = capital(the)
		}
		slug := published.MakeSlug(name)
		if !seen[slug] {
			seen[slug] = true
			list = append(list, published.Topic{Slug: slug, Name: name})
		}
	}
	return list
}

func (l *lexicon) draws(slot string, r *rand.Rand) string {
	return l.slots[slot][r.IntN(len(l.slots[slot]))]
}

func capital(s string) string {
	w := writer{}
	w.write(pattern{{text: s, cap: true}})
	return string(w.out)
}

// authors returns the newsroom's people.
func authors(n *names) []published.Author {
	r := rand.New(rand.NewPCG(5, 5))
	roles := []map[string]string{
		{"en": "Reporter", "fr": "Journaliste"}, {"en": "Senior reporter", "fr": "Journaliste principale"}, {"en": "Columnist", "fr": "Chroniqueuse"},
		{"en": "Editor", "fr": "Rédactrice"},
	}
	first := slices.Concat(n.first, n.firstFR)
	var list []published.Author
	for i := range authorCount {
		name := first[i%len(first)] + " " + n.last[r.IntN(len(n.last))]
		a := published.Author{Slug: published.MakeSlug(name), Name: name, Role: roles[i%len(roles)]}
		a.Bio = map[string]string{"en": name + " has been with the newsroom since " + strconv.Itoa(2016+i%10) + "."}
		list = append(list, a)
	}
	return list
}

// topicPages says something about the most frequent topics.
func topicPages(list []published.Topic, lang string, since time.Time) []published.TopicPage {
	var pages []published.TopicPage
	for _, t := range list[:40] {
		pages = append(pages, published.TopicPage{
			Slug: t.Slug, Name: map[string]string{lang: t.Name}, About: map[string]string{lang: t.Name + "."}, Since: since,
		})
	}
	return pages
}
