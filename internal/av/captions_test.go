package av_test

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"masthead/internal/av"
	"masthead/internal/errs"
)

func TestCaptions(t *testing.T) {
	utf16le := []byte{0xFF, 0xFE}
	for _, u := range utf16.Encode([]rune("1\r\n00:00:01,000 --> 00:00:02,000\r\nCafé fermé\r\n")) {
		utf16le = append(utf16le, byte(u), byte(u>>8))
	}
	for _, c := range []struct{ name, in, want string }{
		{"webvtt", "\uFEFFWEBVTT - Town hall\r\nKind: captions\r\n\r\nNOTE by the desk\r\nof the morning\r\n\r\nSTYLE\r\n::cue { background: url(https://example.org/x) }\r\n\r\nREGION\r\nid:a\r\n\r\nfirst\r\n00:01.000 --> 00:02.500 region:a line:90% align:start align:end size:200px\r\nGood evening.\r\n",
			"WEBVTT\n\n00:00:01.000 --> 00:00:02.500 line:90% align:start\nGood evening.\n"},
		{"marks", "WEBVTT\n\n00:01.000 --> 00:02.000\n<v.loud Amina Okafor>Stop <b>now</v> & <script>alert(1)</script> < 5 <i.x>&nbsp;&lt;&eacute;<00:01.500><lang fr>oui\n",
			"WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n<v Amina Okafor>Stop <b>now &amp; alert(1) &lt; 5 <i>\u00a0&lt;&amp;eacute;<00:01.500><lang fr>oui</lang></i></b></v>\n"},
		{"in order", "WEBVTT\n\n00:03.000 --> 00:04.000\nlater\n\n00:01.000 --> 00:02.000\nsooner\n",
			"WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nsooner\n\n00:00:03.000 --> 00:00:04.000\nlater\n"},
		{"srt", "1\n00:00:01,000 --> 00:00:02,500 X1:40 X2:600 Y1:20 Y2:50\n{\\an8}<font color=\"#ffff00\">Good</font> <I>evening</I>.\nR&D --> done <v x>\n\n2\n0:00:03.5 --> 0:00:04\nTwo",
			"WEBVTT\n\n00:00:01.000 --> 00:00:02.500\nGood <i>evening</i>.\nR&amp;D --&gt; done\n\n00:00:03.500 --> 00:00:04.000\nTwo\n"},
		{"srt with a blank line inside", "1\n00:00:01,000 --> 00:00:02,000\n\nGood\n\nevening\n\n2\n00:00:03,000 --> 00:00:04,000\nTwo\n",
			"WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nGood\nevening\n\n00:00:03.000 --> 00:00:04.000\nTwo\n"},
		{"srt of utf-16", string(utf16le), "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nCafé fermé\n"},
		{"srt of windows-1252", "1\r\n00:00:01,000 --> 00:00:02,000\r\nCaf\xe9 \x96 ferm\xe9\r\n", "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nCafé – fermé\n"},
		{"a year as a caption", "1\n00:00:01,000 --> 00:00:02,000\n1984\n", "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n1984\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, n, err := av.Captions([]byte(c.in))
			if err != nil || string(got) != c.want || n != strings.Count(c.want, " --> ") {
				t.Errorf("%d cues, %v\ngot  %q\nwant %q", n, err, got, c.want)
			}
		})
	}
}

func TestCaptionsRefused(t *testing.T) {
	for _, c := range []struct{ name, in, reason string }{
		{"nothing", "", "no caption"},
		{"a header only", "WEBVTT\n", "no caption"},
		{"prose", "Dear editor,\nhere they are.\n", "line 1"},
		{"a comma in webvtt's seconds place", "WEBVTT\n\n00:01.000 -> 00:02.000\nx\n", "line 3"},
		{"a wrong arrow in srt", "1\n00:00:01,000 --> 00:00:02,000\na\n\n2\n00:00:03,000 -> 00:00:04,000\nb\n", "line 6"},
		{"minutes beyond 59", "1\n00:61:01,000 --> 01:00:02,000\na\n", "line 2"},
		{"it ends before it begins", "WEBVTT\n\na\n00:02.000 --> 00:01.000\nx\n", "line 4"},
		{"substation", "[Script Info]\nTitle: x\n", "SubStation"},
		{"xml", "<?xml version=\"1.0\"?><tt/>", "XML"},
		{"a novel", "1\n00:00:01,000 --> 00:00:02,000\n" + strings.Repeat("word ", 1000), "longer"},
		{"a film", "\x00\x00\x00\x18ftypmp42\x80\x81\x82\x83\x84\x85", ""},
		{"too large", strings.Repeat(" ", 5<<20), "bytes"},
		{"too many", "WEBVTT\n\n" + strings.Repeat("00:01.000 --> 00:02.000\nx\n\n", 20_001), "more than"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, _, err := av.Captions([]byte(c.in))
			if !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), c.reason) {
				t.Errorf("got %v and %.50q, want errs.Invalid with %q", err, got, c.reason)
			}
		})
	}
}

func TestTranscript(t *testing.T) {
	vtt, _, err := av.Captions([]byte(`WEBVTT

00:01.000 --> 00:02.000
<v Amina Okafor>The port reopened
before dawn &amp; ships left.

00:02.000 --> 00:03.000
before dawn &amp; ships left.
They carry grain.

00:08.000 --> 00:09.000
<v Amina Okafor>Insurers are waiting

00:12.000 --> 00:13.000
for a word.

00:13.000 --> 00:14.000
<v Jean Roy>We are.

00:14.000 --> 00:15.000
- Are you?
- Yes.
`))
	if err != nil {
		t.Fatal(err)
	}
	want := "Amina Okafor: The port reopened before dawn & ships left. They carry grain.\n\nInsurers are waiting for a word.\n\nJean Roy: We are.\n\n- Are you?\n\n- Yes."
	if got := av.Transcript(vtt); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func FuzzCaptions(f *testing.F) {
	f.Add([]byte("WEBVTT\n\n00:01.000 --> 00:02.000 line:0\n<v A>b <i>c</i> &amp; <00:01.500>d\n"))
	f.Add([]byte("1\n00:00:01,000 --> 00:00:02,000\n<font color=red>a</font> {\\an8}<b>b\n\nc\n"))
	f.Add([]byte("\xff\xfe1\x00\n\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		vtt, n, err := av.Captions(b)
		if err != nil {
			if !errs.Is(err, errs.Invalid) {
				t.Fatalf("the error is not of the file: %v", err)
			}
			return
		}
		if !utf8.Valid(vtt) || n == 0 || bytes.Count(vtt, []byte(" --> ")) != n {
			t.Fatalf("%d cues, and not as many times:\n%q", n, vtt)
		}
		again, m, err := av.Captions(vtt)
		if err != nil || m != n || !bytes.Equal(again, vtt) {
			t.Fatalf("what was written is not read as it was: %v, %d and %d cues\n%q\n%q", err, n, m, vtt, again)
		}
		if len(av.Transcript(vtt)) > len(vtt)+64*n {
			t.Fatal("the transcript is longer than the captions")
		}
	})
}
