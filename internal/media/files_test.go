package media_test

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"masthead/internal/db"
	"masthead/internal/db/dbtest"
	"masthead/internal/doc"
	"masthead/internal/errs"
	"masthead/internal/fixture"
	"masthead/internal/jobs"
	"masthead/internal/media"
)

// Agencies' and photographers' own files: what they say is found, every original comes back bit for bit, and no file for
// readers says where the camera stood, while all say whose picture it is, as another program reads them.
func TestRealPictures(t *testing.T) {
	d := dbtest.SQLite(t)
	l, _ := library(t, d)
	names, err := filepath.Glob(fixture.Data(t, "photos", "*.*"))
	if err != nil {
		t.Fatal(err)
	}
	taken, located := 0, 0
	for _, path := range names {
		name := filepath.Base(path)
		if strings.HasSuffix(name, ".md") || strings.HasSuffix(name, ".json") || strings.HasSuffix(name, ".xmp") {
			continue
		}
		file, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		p, err := l.TakeIn(t.Context(), media.Upload{Name: name, Body: bytes.NewReader(file)})
		if errs.Is(err, errs.Invalid) {
			if !strings.Contains(err.Error(), "at least 16 × 16") {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		taken++
		m := add(t, d, l, media.Upload{Name: name, Body: bytes.NewReader(file)})
		f, err := l.OpenStaffFile(t.Context(), m.ID, m.Original.File)
		if err != nil {
			t.Fatal(err)
		}
		kept, err := io.ReadAll(f)
		f.Close()
		if err != nil || !bytes.Equal(kept, file) {
			t.Errorf("%s is not what came", name)
		}
		if p.Item().ID != m.ID {
			t.Errorf("%s: another medium the second time", name)
		}
		switch name {
		case "cp-montreal-police.jpg", "IPTC-PhotometadataRef-Std2021.1.jpg", "sunrise.webp", "DSCN0010.jpg", "landscape_6.jpg":
		default:
			continue
		}
		m = makeAll(t, d, l, m.ID)
		if name == "landscape_6.jpg" && (m.Width <= m.Height) {
			t.Errorf("%s lies on its side: %d × %d", name, m.Width, m.Height)
		}
		var files []doc.Rendition
		files = append(files, m.Renditions...)
		for _, c := range m.Crops {
			files = append(files, c.Renditions...)
		}
		dir := t.TempDir()
		for _, r := range files {
			if err := os.WriteFile(filepath.Join(dir, filepath.Base(r.URL)), fetch(t, l, r), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		for _, said := range exiftool(t, dir) {
			for key, v := range said {
				if strings.Contains(key, "GPS") || strings.Contains(key, "Instructions") {
					t.Errorf("%s: %s of %s says %s %v", name, said["SourceFile"], name, key, v)
				}
			}
			for key, want := range map[string]string{"XMP-photoshop:Credit": m.Facts.Credit, "XMP-dc:Rights": m.Facts.Copyright, "XMP-dc:Creator": m.Facts.Creator} {
				if got, _ := said[key].(string); want != "" && got != want {
					t.Errorf("%s: %s has the %s %q, want %q", name, said["SourceFile"], key, got, want)
				}
			}
		}
		if said := exiftool(t, path)[0]; said["GPS:GPSLatitude"] != nil {
			located++
		}
		if name == "cp-montreal-police.jpg" && (m.Facts.Credit == "" || m.Facts.Creator == "" || !strings.Contains(m.Facts.Caption, "Montreal Police")) {
			t.Errorf("%s: %+v", name, m.Facts)
		}
	}
	if taken < 20 || located < 2 {
		t.Errorf("%d pictures taken in, %d with a place", taken, located)
	}
}

// exiftool reads files, or those of a folder.
func exiftool(t *testing.T, path string) (said []map[string]any) {
	t.Helper()
	out, err := exec.Command("exiftool", "-j", "-G1", "-api", "struct=0", "-sep", "; ", path).Output()
	if err != nil {
		t.Fatalf("exiftool %s: %v", path, err)
	}
	if err := json.Unmarshal(out, &said); err != nil {
		t.Fatal(err)
	}
	return said
}

// A new credit is written into every file, without making the pictures anew.
func TestCreditInEveryFile(t *testing.T) {
	d := dbtest.SQLite(t)
	l, _ := library(t, d)
	m := add(t, d, l, media.Upload{Name: "a.jpg", Body: bytes.NewReader(asJPEG(t, scene(700, 500, .5, .5))), Facts: media.Facts{Credit: "Ana/Ledger", Caption: "Not for the file"}})
	m = makeAll(t, d, l, m.ID)
	check := func(credit, terms string) {
		t.Helper()
		dir := t.TempDir()
		n := 0
		for _, r := range append(m.Renditions, m.Crops[2].Renditions...) {
			if err := os.WriteFile(filepath.Join(dir, filepath.Base(r.URL)), fetch(t, l, r), 0o644); err != nil {
				t.Fatal(err)
			}
			decoded(t, l, r)
		}
		for _, said := range exiftool(t, dir) {
			n++
			if said["XMP-photoshop:Credit"] != credit || terms != "" && said["XMP-xmpRights:UsageTerms"] != terms || said["XMP-dc:Description"] != nil {
				t.Errorf("%s: credit %v, terms %v, description %v", said["SourceFile"], said["XMP-photoshop:Credit"], said["XMP-xmpRights:UsageTerms"], said["XMP-dc:Description"])
			}
		}
		if n < 15 {
			t.Errorf("only %d files", n)
		}
	}
	check("Ana/Ledger", "")
	credit := "Élise « É » Roy/La Presse canadienne"
	in(t, d, func(tx *db.Tx) (err error) {
		m, err = l.Alter(t.Context(), tx, "ben", m.ID, 1, media.Change{Credit: &credit, Rights: &media.Rights{Category: "agency", Note: "Online only"}})
		return err
	})
	m = makeAll(t, d, l, m.ID)
	check(credit, "Online only")
}

// Drawings, and stills of films that the program brought along, say whose they are too, and say it anew when that changes.
func TestCreditOfDrawingsAndStills(t *testing.T) {
	d := dbtest.SQLite(t)
	l, _ := library(t, d)
	drawing := add(t, d, l, media.Upload{Name: "a.svg", Facts: media.Facts{Credit: "Ana/Ledger"},
		Body: strings.NewReader(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 30"><title>A &gt; B</title><path d="M0 0h9"/></svg>`)})
	p, err := l.Film(t.Context(), media.FilmInput{
		MP4: []byte("\x00\x00\x00\x14ftypisom\x00\x00\x00\x00isom"), Width: 640, Height: 360, Duration: 2, Key: "clip",
		Poster: asJPEG(t, scene(640, 360, .5, .5)), Credit: "Ana/Ledger",
	})
	if err != nil {
		t.Fatal(err)
	}
	var clip media.Item
	in(t, d, func(tx *db.Tx) (err error) { clip, err = l.Save(t.Context(), tx, "test", p); return err })
	credit := "Élise <É> Roy"
	for round, want := range []string{"Ana/Ledger", credit} {
		for _, m := range []*media.Item{&drawing, &clip} {
			if round > 0 {
				in(t, d, func(tx *db.Tx) (err error) {
					*m, err = l.Alter(t.Context(), tx, "ben", m.ID, 1, media.Change{Credit: &credit})
					return err
				})
				if list, err := jobs.List(t.Context(), d, jobs.Waiting, 10); err != nil || !slices.ContainsFunc(list, func(j jobs.Job) bool { return j.Name == m.ID }) {
					t.Errorf("no work was left on %s: %v, %v", m.ID, list, err)
				}
			}
			if round > 0 || m == &clip {
				*m = makeAll(t, d, l, m.ID)
			}
		}
		dir := t.TempDir()
		for _, r := range append(clip.Poster.Renditions, drawing.Renditions...) {
			if err := os.WriteFile(filepath.Join(dir, filepath.Base(r.URL)), fetch(t, l, r), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		said := exiftool(t, dir)
		if len(said) < 4 {
			t.Errorf("only %d files", len(said))
		}
		for _, s := range said {
			if s["XMP-photoshop:Credit"] != want {
				t.Errorf("%s has the credit %v, want %q", s["SourceFile"], s["XMP-photoshop:Credit"], want)
			}
		}
	}
}

// A telephone writes what it knows of a picture behind its pixels, beyond what a look at the file's head sees.
func TestTelephonePicture(t *testing.T) {
	file, err := os.ReadFile("testdata/telephone.heic")
	if err != nil {
		t.Fatal(err)
	}
	xmp := `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description
		xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" photoshop:Credit="Telephone Pictures"/></rdf:RDF></x:xmpmeta>` + strings.Repeat(" ", 40<<10)
	const length, mdat = 0x87, 433 // of the second item in the box iloc; the box of the data
	binary.BigEndian.PutUint32(file[length:], uint32(len(xmp)))
	binary.BigEndian.PutUint32(file[mdat:], uint32(len(file)-mdat+len(xmp)))
	file = append(file, xmp...)

	d := dbtest.SQLite(t)
	l, _ := library(t, d)
	m := add(t, d, l, media.Upload{Name: "IMG_0001.HEIC", Body: bytes.NewReader(file)})
	if m.Width != 96 || m.Height != 64 || m.Credit != "Telephone Pictures" || len(m.Renditions) == 0 {
		t.Errorf("taken in as %d × %d by %q, %d sizes", m.Width, m.Height, m.Credit, len(m.Renditions))
	}
}
