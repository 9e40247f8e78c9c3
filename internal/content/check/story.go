package check

import (
	"time"

	"masthead/internal/doc"
	"masthead/internal/published"
)

// Facts is what the checks need to know besides the story.
type Facts struct {
	Site         *published.Site
	Now          time.Time            // when the story would go out
	Media        map[string]doc.Media // what the story shows
	Wire         string               // status of the wire item it was made of: "", usable, withheld, canceled
	RecentPhotos map[string]string    // photo → headline of the story that showed it in the last two days
	Style        []StyleRule
}

// Story returns what the checks find, what must be put right first, each in reading order.
func Story(c *published.Story, g Guard, f Facts) []Issue { return nil }
