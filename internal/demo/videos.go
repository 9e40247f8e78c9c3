package demo

import (
	"embed"
	"time"
)

// Clips holds the files that Videos names.
//
//go:embed video
var Clips embed.FS

// Video is one clip of the demo. File and the tracks' files are paths in Clips; Poster is the name of a
// scene of package draw; Recorded is the offset from now.
type Video struct {
	Key, File, Poster  string
	Width, Height      int
	Duration           time.Duration
	Title, Description string
	Credit             string
	Recorded           time.Duration
	Tracks             []Track
	Transcript         string
}

// Track is one WebVTT file of a clip.
type Track struct{ Lang, Label, File string }

// Videos lists the clips: H.264 and AAC in MP4, 640 by 360, the index first. tools/demovideo makes them.
func Videos() []Video {
	const day = 24 * time.Hour
	return []Video{
		{
			Key: "odesa-port", File: "video/odesa-port.mp4", Poster: "harbour-dawn", Width: 640, Height: 360, Duration: 12 * time.Second,
			Title:       "Port of Odesa reopens: what crews found",
			Description: "Ships move in the harbour again after a night of drone attacks. Drawn for the Ledger from reporters’ notes.",
			Credit:      "Mireille Gagnon/Foothills Ledger", Recorded: -731 * day,
			Tracks:     []Track{{"en", "English", "video/odesa-port.en.vtt"}, {"fr", "Français", "video/odesa-port.fr.vtt"}},
			Transcript: "Sound of water and wind. Just after dawn, the first ship leaves the quay. A second waits for a berth. Above them, the cranes are ready to work again.",
		},
		{
			Key: "turbines-dawn", File: "video/turbines-dawn.mp4", Poster: "wind-turbines", Width: 640, Height: 360, Duration: 10 * time.Second,
			Title:       "Ten seconds of wind",
			Description: "Turbines turn over the fields near Pincher Creek at sunrise.",
			Credit:      "Theo Lindqvist/Foothills Ledger", Recorded: -6 * day,
			Tracks:     []Track{{"en", "English", "video/turbines-dawn.en.vtt"}},
			Transcript: "Sound of steady wind. Five turbines turn above dark fields. The sun is behind thin cloud.",
		},
		{
			Key: "northern-lights", File: "video/northern-lights.mp4", Poster: "aurora", Width: 640, Height: 360, Duration: 12 * time.Second,
			Title:       "The northern lights, seen from north of Cochrane",
			Description: "Green and violet curtains move over the forest. The clip runs at natural speed.",
			Credit:      "Rosa Delgado/Foothills Ledger", Recorded: -2 * day,
			Tracks:     []Track{{"en", "English", "video/northern-lights.en.vtt"}},
			Transcript: "Quiet night air. A green curtain of light ripples from left to right. A violet edge rises above it and fades.",
		},
	}
}
