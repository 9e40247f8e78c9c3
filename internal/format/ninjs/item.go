package ninjs

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"masthead/internal/format/date"
)

// item reads an object of any version.
func item(o object, ver, depth int) Item {
	it := Item{
		Read:               ver,
		Name:               o.str("name"),
		URI:                o.str("uri", "guid"),
		Type:               strings.ToLower(o.str("type")),
		RepresentationType: representation(o.str("representationtype")),
		Profile:            o.str("profile"),
		Version:            o.str("version"),
		FirstCreated:       date.Parse(o.str("firstcreated")),
		VersionCreated:     date.Parse(o.str("versioncreated")),
		ContentCreated:     date.Parse(o.str("contentcreated")),
		ContentModified:    date.Parse(o.str("contentmodified")),
		EmbargoedUntil:     date.Parse(o.str("embargoeduntil", "embargoed")),
		PubStatus:          pubStatus(o.str("pubstatus")),
		Urgency:            int(o.num("urgency")),
		CopyrightHolder:    o.str("copyrightholder"),
		CopyrightNotice:    o.str("copyrightnotice"),
		UsageTerms:         o.str("usageterms"),
		EdNote:             o.str("ednote"),
		Language:           o.str("language"),
		Headlines:          texts(o, "headlines", "headline", "main"),
		Descriptions:       texts(o, "descriptions", "description", "text"),
		Bodies:             texts(o, "bodies", "body", "text"),
		People:             concepts(o.list("people", "person")),
		Organisations:      concepts(o.list("organisations", "organisation")),
		Places:             concepts(o.list("places", "place")),
		Subjects:           concepts(o.list("subjects", "subject")),
		Events:             concepts(o.list("events", "event")),
		Objects:            concepts(o.list("objects", "object")),
		InfoSources:        sources(o),
		Title:              o.str("title"),
		By:                 o.str("by", "byline"),
		Slugline:           o.str("slugline"),
		Located:            o.str("located"),
		Renditions:         renditions(o),
		AltIDs:             altIDs(o),
		Genres:             genres(o.list("genres", "genre")),
		Expires:            date.Parse(o.str("expires")),
		TrustIndicators:    trust(o.list("trustindicators", "trustindicator")),
	}
	if s := o.obj("standard"); s != nil {
		it.Standard = &Standard{s.str("name"), s.str("version"), s.str("schema")}
	} else if s := o.obj("$standard"); s != nil {
		it.Standard = &Standard{s.str("name"), s.str("version"), s.str("schema")}
	}
	if r := o.obj("rightsinfo"); r != nil {
		it.RightsInfo = &RightsInfo{r.str("langid"), r.str("linkedrights"), r.str("encodedrights")}
	}
	if d := genres(o.list("digitalsourcetype")); len(d) > 0 {
		it.DigitalSourceType = &d[0]
	}
	if depth < maxNested {
		it.Associations = associations(o, ver, depth)
	}
	return it
}

// representation gives the words of ninjs 2 and 3 for those of ninjs 1.
func representation(s string) string {
	switch s {
	case "complete":
		return "full"
	case "incomplete":
		return "partial"
	}
	return s
}

// pubStatus writes the three states of the schema one way; "cancelled" and capitals occur.
func pubStatus(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	s = s[strings.LastIndexByte(s, ':')+1:]
	if s == "cancelled" {
		return "canceled"
	}
	return s
}

// texts reads a list of ninjs 2 and 3 (headlines), or the fields of ninjs 1 whose names begin alike: headline,
// headline_sub, body_text, body_xhtml. The bare field has the role bare.
func texts(o object, list, prefix, bare string) []Text {
	var all []Text
	for _, t := range o.list(list) {
		all = append(all, Text{
			Role:        t.str("role"),
			ContentType: textType(t.str("contenttype", "mimetype"), t.str("role")),
			CharCount:   int(t.num("charcount")),
			WordCount:   int(t.num("wordcount")),
			Value:       t.str("value", "name"), // a plain string in the list
		})
	}
	if len(all) > 0 {
		return all
	}
	if s := o.str(prefix); s != "" {
		all = append(all, Text{Role: bare, ContentType: textType("", bare), Value: s})
	}
	for _, k := range slices.Sorted(maps.Keys(o)) {
		role, ok := strings.CutPrefix(k, prefix+"_")
		if s := o.str(k); ok && s != "" {
			all = append(all, Text{Role: role, ContentType: textType("", role), Value: s})
		}
	}
	return all
}

// textType returns the media type that is stated, else the one that the role means (body_xhtml, description_html).
func textType(stated, role string) string {
	if stated != "" {
		media, _, _ := strings.Cut(strings.ToLower(stated), ";")
		return strings.TrimSpace(media)
	}
	switch role {
	case "text", "plain":
		return "text/plain"
	case "xhtml", "html", "html5", "richhtml5", "sxhtml":
		return "text/html"
	case "nitf":
		return "application/nitf+xml"
	}
	return ""
}

func concepts(list []object) []Concept {
	var all []Concept
	for _, o := range list {
		c := Concept{
			Name: o.str("name"), Rel: o.str("rel"), URI: o.str("uri"), Literal: o.str("literal", "code", "qcode"),
			Scheme: o.str("scheme"),
		}
		if c.URI == "" && c.Literal != "" {
			c.URI = conceptURI(c.Scheme, c.Literal)
		}
		if g, ok := o["geojson"]; ok && g != nil {
			// The value was JSON a moment ago; it can be written again.
			if raw, err := json.Marshal(g); err == nil && len(raw) > 2 {
				c.GeoJSON = raw
			}
		}
		if c.Name != "" || c.URI != "" || c.Literal != "" {
			all = append(all, c)
		}
	}
	return all
}

// conceptURI joins scheme and code of ninjs 1 where that makes a web address.
func conceptURI(scheme, code string) string {
	switch {
	case strings.HasPrefix(code, "http://") || strings.HasPrefix(code, "https://"):
		return code
	case !strings.HasPrefix(scheme, "http://") && !strings.HasPrefix(scheme, "https://"):
		return ""
	case strings.HasSuffix(scheme, "/") || strings.HasSuffix(scheme, "#"):
		return scheme + code
	}
	return scheme + "/" + code
}

func genres(list []object) []Genre {
	var all []Genre
	for _, c := range concepts(list) {
		all = append(all, Genre{c.Name, c.URI, c.Literal})
	}
	return all
}

// sources reads infosource(s), else the one name that some agencies give as source.
func sources(o object) []Source {
	var all []Source
	for _, s := range o.list("infosources", "infosource") {
		all = append(all, Source{
			Name: s.str("name"), Role: s.str("role", "rel"), URI: s.str("uri"), Literal: s.str("literal", "code"),
		})
	}
	if s := o.str("source"); s != "" && len(all) == 0 {
		all = append(all, Source{Name: s, Role: "source"})
	}
	return all
}

func trust(list []object) []TrustIndicator {
	var all []TrustIndicator
	for _, o := range list {
		all = append(all, TrustIndicator{o.str("role", "scheme"), o.str("title"), o.str("href")})
	}
	return all
}

// renditions reads the list of ninjs 2 and 3, or the object of ninjs 1, whose keys are the names.
func renditions(o object) []Rendition {
	var all []Rendition
	for _, r := range o.named("renditions") {
		all = append(all, rendition(r))
	}
	return all
}

func rendition(o object) Rendition {
	r := Rendition{
		Name:        o.str("name"),
		Href:        o.str("href"),
		ContentType: o.str("contenttype", "mimetype"),
		Title:       o.str("title"),
		Width:       int(o.num("width")),
		Height:      int(o.num("height")),
		SizeInBytes: int64(o.num("sizeinbytes")),
		Duration:    o.num("duration"),
		Format:      o.str("format"),
	}
	if p := o.obj("poi"); p != nil {
		r.POI = &Point{int(p.num("x")), int(p.num("y"))}
	}
	return r
}

func associations(o object, ver, depth int) []Item {
	var all []Item
	for _, a := range o.named("associations") {
		all = append(all, item(a, ver, depth+1))
	}
	return all
}

// named returns the objects of a list, or those of an object with the key as their name, in the order of the keys.
// Empty slots (null, as superdesk writes for "no picture") are left out.
func (o object) named(field string) []object {
	if list := o.list(field); list != nil {
		return list
	}
	m, ok := o[field].(map[string]any)
	if !ok {
		return nil
	}
	var all []object
	for _, k := range slices.Sorted(maps.Keys(m)) {
		if len(all) == maxElements {
			break
		}
		if inner, ok := m[k].(map[string]any); ok && len(inner) > 0 {
			l := lower(inner)
			l["name"] = k
			all = append(all, l)
		}
	}
	return all
}

// altIDs reads the list of ninjs 2 and 3 or the object of ninjs 1, and keeps a guid beside the uri.
func altIDs(o object) []AltID {
	var all []AltID
	for _, a := range o.list("altids") {
		all = append(all, AltID{a.str("role"), a.str("value")})
	}
	if m, ok := o["altids"].(map[string]any); ok {
		inner := object(m)
		for _, k := range slices.Sorted(maps.Keys(m)) {
			if v := inner.str(k); v != "" {
				all = append(all, AltID{k, v})
			}
		}
	}
	if guid, uri := o.str("guid"), o.str("uri"); guid != "" && uri != "" && guid != uri {
		all = append(all, AltID{"guid", guid})
	}
	return all
}
