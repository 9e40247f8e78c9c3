package picmeta

import (
	"bytes"
	"os"
	"testing"

	"masthead/internal/fixture"
)

func TestProfile(t *testing.T) {
	icc := append(bytes.Repeat([]byte{7}, 36), "acsp and the rest"...)
	boxed := func(kind string, body ...[]byte) []byte { return appendBox(nil, kind, bytes.Join(body, nil)) }
	heic := append(boxed("ftyp", []byte("heic\x00\x00\x00\x00mif1")), boxed("meta", make([]byte, 4), boxed("iprp", boxed("ipco",
		boxed("colr", []byte("nclx\x00\x01\x00\x0d\x00\x06\x80")), boxed("colr", []byte("prof"), icc))))...)
	for name, tt := range map[string]struct{ file, want []byte }{
		"heic":                {heic, icc},
		"heic, by numbers":    {append(boxed("ftyp", []byte("heic\x00\x00\x00\x00mif1")), boxed("meta", make([]byte, 4))...), nil},
		"webp":                {append([]byte("RIFF\x00\x00\x00\x00WEBP"), appendWebP(nil, "ICCP", icc)...), icc},
		"jpeg, a part lost":   {append([]byte("\xFF\xD8"), appendSegment(nil, app2, iccHead+"\x01\x02", icc)...), nil},
		"jpeg, no part":       {append([]byte("\xFF\xD8"), appendSegment(nil, app2, iccHead+"\x00\x00", icc)...), nil},
		"jpeg":                {append([]byte("\xFF\xD8"), appendSegment(nil, app2, iccHead+"\x01\x01", icc)...), icc},
		"png, not compressed": {appendPNG([]byte(pngMagic), "iCCP", "x\x00\x00", icc), nil},
	} {
		if got := Profile(tt.file); !bytes.Equal(got, tt.want) {
			t.Errorf("%s: %d bytes, not %d", name, len(got), len(tt.want))
		}
	}
	for name, has := range map[string]bool{"ap-preview-keywords.jpg": true, "cp-montreal-police.jpg": true, "getty.jpg": false} {
		file, err := os.ReadFile(fixture.Data(t, "photos", name))
		if err != nil {
			t.Fatal(err)
		}
		if got := Profile(file); has != (len(got) > 200 && string(got[36:40]) == "acsp") {
			t.Errorf("%s: a profile of %d bytes", name, len(got))
		}
	}
}
