package kind

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"masthead/internal/format/ninjs"
)

// maxKeys bounds how many fields of an object are looked at.
const maxKeys = 500

// ofJSON goes by the fields of the object, of the first object of a list, or of the first item of a page of items.
// What comes before a fault counts, so that a file cut in the middle is known for what it is.
func ofJSON(b []byte) (Kind, string) {
	if b[0] == '[' {
		b = bytes.TrimLeft(b[1:], " \t\r\n")
		if len(b) == 0 || b[0] != '{' {
			return Unknown, "a JSON list without objects"
		}
	}
	fields := fieldsOf(b)
	var version string
	if json.Unmarshal(fields["version"], &version) == nil && strings.Contains(version, "://jsonfeed.org/version/") {
		return JSONFeed, "a JSON Feed"
	}
	if k, what := ofNinjs(fields); k != Unknown {
		return k, what
	}
	for _, list := range []string{"item", "items", "_items"} {
		raw := bytes.TrimLeft(fields[list], " \t\r\n")
		if len(raw) > 0 && raw[0] == '[' {
			if k, what := ofNinjs(fieldsOf(raw[1:])); k != Unknown {
				return k, what
			}
		}
	}
	if len(fields) == 0 {
		return Unknown, "damaged JSON"
	}
	names := make([]string, 0, len(fields))
	for name := range fields {
		names = append(names, name)
	}
	slices.Sort(names)
	return Unknown, "JSON of an unknown kind (with " + strings.Join(names[:min(len(names), 4)], ", ") + ")"
}

func ofNinjs(fields map[string]json.RawMessage) (Kind, string) {
	names := make([]string, 0, len(fields))
	for name := range fields {
		names = append(names, name)
	}
	if fields["uri"] == nil && fields["guid"] == nil {
		return Unknown, ""
	}
	var standard struct{ Version string }
	_ = json.Unmarshal(fields["standard"], &standard) // absent or odd: the names decide
	switch ninjs.Version(names, standard.Version) {
	case 1:
		return Ninjs1, "a ninjs 1 item"
	case 2:
		return Ninjs2, "a ninjs 2 item"
	case 3:
		return Ninjs3, "a ninjs 3 item"
	}
	return Unknown, ""
}

// fieldsOf reads the fields of the object that b begins with, as far as they can be read. A field whose value is
// damaged is there with an empty value.
func fieldsOf(b []byte) map[string]json.RawMessage {
	dec := json.NewDecoder(bytes.NewReader(b))
	fields := map[string]json.RawMessage{}
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return fields
	}
	for len(fields) < maxKeys && dec.More() {
		t, err := dec.Token()
		name, ok := t.(string)
		if err != nil || !ok {
			return fields
		}
		var value json.RawMessage
		err = dec.Decode(&value)
		fields[name] = value
		if err != nil {
			return fields
		}
	}
	return fields
}
