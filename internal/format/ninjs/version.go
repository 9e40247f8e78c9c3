package ninjs

import (
	"slices"
	"strings"
)

// Version returns the major version of ninjs (1, 2 or 3) that an object with these keys is in, or 0 if it is no ninjs.
// standard is the version that the object itself names, if it does; the keys count for more, as real files name a
// standard of their own.
func Version(keys []string, standard string) int {
	texts, lists, one, three, known := false, false, false, false, 0
	for _, k := range keys {
		low := strings.ToLower(k)
		switch low {
		case "uri", "guid":
			known += 2
		case "headlines", "bodies", "descriptions":
			texts = true
			known++
		case "subjects", "people", "organisations", "places", "infosources", "genres":
			lists = true
			known++
		case "headline", "byline", "subject", "person", "organisation", "place", "genre", "infosource", "mimetype", "$standard":
			one = true
			known++
		case "versioncreated", "firstcreated", "contentcreated", "pubstatus", "urgency", "slugline", "type", "title",
			"renditions", "associations", "language", "altids", "representationtype", "profile", "usageterms",
			"copyrightholder", "copyrightnotice", "ednote", "embargoed", "embargoeduntil", "version", "located", "by":
			known++
		case "eventdetails", "plannedcoverage", "digitalsourcetype":
			three = true
			known++
		}
		if strings.HasPrefix(low, "body_") || strings.HasPrefix(low, "description_") || strings.HasPrefix(low, "headline_") {
			one = true
			known++
		}
		if low != k && slices.Contains(camelKeys, k) {
			three = true
		}
	}
	switch {
	case known < 3:
		return 0
	case one && !texts:
		return 1
	case three:
		return 3
	case strings.HasPrefix(standard, "3"):
		return 3
	case texts || lists || strings.HasPrefix(standard, "2"):
		return 2
	}
	return 1
}

// camelKeys are the keys that ninjs 3 spells with capitals.
var camelKeys = []string{
	"representationType", "firstCreated", "versionCreated", "contentCreated", "embargoedUntil", "pubStatus",
	"copyrightHolder", "copyrightNotice", "usageTerms", "edNote", "infoSources", "altIds", "rightsInfo",
	"trustIndicators", "eventDetails", "plannedCoverage", "digitalSourceType",
}
