package doc

// Media is what rendering needs to know of a picture, a video or a sound: a value, already resolved
// by the caller. Sizes are pixels, URLs are paths of this site.
type Media struct {
	ID     string `json:"id"`
	Kind   string `json:"kind"` // photo, video, audio
	Width  int    `json:"width,omitempty"`
	Height int    `json:"height,omitempty"`
	Colour string `json:"colour,omitempty"` // dominant colour, #rrggbb
	// FocusX, FocusY are the focal point as a fraction of width and height (0 to 1).
	FocusX float64 `json:"focus_x,omitempty"`
	FocusY float64 `json:"focus_y,omitempty"`
	// What the library knows of it; a story's own words (on the block) win over these.
	Alt     string `json:"alt,omitempty"`
	Caption string `json:"caption,omitempty"`
	Credit  string `json:"credit,omitempty"`

	Renditions []Rendition `json:"renditions,omitempty"` // widest last within a type
	Crops      []Crop      `json:"crops,omitempty"`      // 16:9, 4:3, 1:1 as JPEG, for cards and sharing
	Poster     *Media      `json:"poster,omitempty"`     // video: the still
	Tracks     []Track     `json:"tracks,omitempty"`     // video: captions
	Duration   int         `json:"duration,omitempty"`   // seconds
	Transcript string      `json:"transcript,omitempty"`
}

// Rendition is one file of a Media.
type Rendition struct {
	URL    string `json:"url"`
	Type   string `json:"type"` // image/webp, image/jpeg, video/mp4, …
	Width  int    `json:"width,omitempty"`
	Height int    `json:"height,omitempty"`
	Bytes  int64  `json:"bytes,omitempty"`
}

// Crop is one fixed-ratio cut of a picture, in one or more widths and types.
type Crop struct {
	Ratio      string      `json:"ratio"` // "16:9", "4:3", "1:1"
	Renditions []Rendition `json:"renditions"`
}

// Track is one WebVTT file of a video.
type Track struct {
	URL   string `json:"url"`
	Kind  string `json:"kind"` // captions, subtitles
	Lang  string `json:"lang"`
	Label string `json:"label"`
}
