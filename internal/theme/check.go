package theme

import (
	"fmt"
	"html/template"
	"io"
	"maps"
	"reflect"
	"slices"
	"time"
)

// check executes every page twice, with every field set and with none, so that a name that does not exist or
// an unsafe place for a value is found now and not by a reader.
func check(set *template.Template, pages map[string]any) error {
	for _, name := range slices.Sorted(maps.Keys(pages)) {
		if set.Lookup(name) == nil {
			return fmt.Errorf("theme: the page %s is missing", name)
		}
		kind := reflect.TypeOf(pages[name])
		for _, v := range []reflect.Value{full(kind, 0), reflect.Zero(kind)} {
			if err := set.ExecuteTemplate(io.Discard, name, v.Interface()); err != nil {
				return fmt.Errorf("theme: %w", err)
			}
		}
	}
	return nil
}

// deepest bounds how far full goes into types that contain themselves.
const deepest = 9

// full returns a value of a type with every part set: text, 1, true, one element, a new pointer.
func full(t reflect.Type, depth int) reflect.Value {
	v := reflect.New(t).Elem()
	if depth > deepest {
		return v
	}
	if t == reflect.TypeFor[time.Time]() {
		v.Set(reflect.ValueOf(time.Date(2024, 11, 22, 12, 42, 0, 0, time.UTC)))
		return v
	}
	switch t.Kind() {
	case reflect.String:
		v.SetString("text")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(1)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(1)
	case reflect.Float32, reflect.Float64:
		v.SetFloat(1)
	case reflect.Pointer:
		v.Set(reflect.New(t.Elem()))
		v.Elem().Set(full(t.Elem(), depth+1))
	case reflect.Slice:
		v.Set(reflect.Append(v, full(t.Elem(), depth+1)))
	case reflect.Map:
		v.Set(reflect.MakeMap(t))
		v.SetMapIndex(full(t.Key(), depth+1), full(t.Elem(), depth+1))
	case reflect.Struct:
		for i := range t.NumField() {
			if t.Field(i).IsExported() {
				v.Field(i).Set(full(t.Field(i).Type, depth+1))
			}
		}
	}
	return v
}
