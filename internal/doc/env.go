package doc

// Env is what rendering needs from the caller. The zero value renders the text alone.
type Env struct {
	// Media resolves a picture, video or sound. One it does not know is left out with its caption.
	Media func(id string) (Media, bool)
	// Story resolves a story that readers may see. One it does not know is left out.
	Story func(id string) (Ref, bool)

	Labels  Labels
	Lang    string // BCP 47; decides how numbers in charts are written
	BaseURL string // scheme and host without a final slash, put before this site's paths in feeds
	Sizes   Sizes

	// Look returns a class of the page's own style sheet that puts a picture's colour behind it and keeps its focal
	// point in sight; nil or "" for none. Feeds have no classes.
	Look func(Media) string

	// FirstEager loads the first picture at once, for pages without key media.
	FirstEager bool
	// FirstPhoto is the number of the body's first picture (its id is photo-N); 0 means 1. A page whose key
	// media is photo-1 gives 2.
	FirstPhoto int
	// Day is the site's date as 2024-11-22; promos whose last day is before it are left out. "" shows all.
	Day string
}

// Sizes says how wide pictures are shown, as sizes attributes: in the text, as key media, and by the size that a
// block asks for. One that is "" is as Text; Text "" means the browser's default.
type Sizes struct{ Text, Key, Wide, Small, Gallery string }

// of returns the sizes of a photo with that class.
func (s Sizes) of(class string) string {
	own := map[string]string{"key": s.Key, "wide": s.Wide, "small": s.Small, "gallery": s.Gallery}[class]
	if own == "" {
		return s.Text
	}
	return own
}

// Ref is a story as a link shows it. URL is a path of this site or a whole address.
type Ref struct {
	URL, Headline, Standfirst string
}

// Labels are the words of one language that rendering adds to a document. Words in braces are filled in.
type Labels struct {
	Watch, Listen, Read string // WATCH, LISTEN, READ

	Play      string // Play video (the button's visible words)
	PlayVideo string // Play video: {title}, {duration} (its name)
	Duration  string // Duration {duration}
	Recorded  string // Recorded {date}
	// Date says a day such as 2006-01-02 in words; nil leaves it as it is.
	Date       func(day string) string
	Transcript string
	Captions   string // label of a caption track that has none
	// Spoken says a duration in words, as in 2 minutes 18 seconds; nil gives 2:18.
	Spoken func(seconds int) string

	KeyPoints string
	Related   string
	Gallery   string
	Of        string // {n} of {total}: which of a gallery's photos it is
	Enlarge   string // name of the link around a picture that has no alt text
	Table     string // Table {number}: name of a table without caption
	Chart     string // name of a chart without title
	Data      string // heading of the numbers behind a chart
	Source    string // Source: {source}
	OpenOn    string // Open on {host}
}
