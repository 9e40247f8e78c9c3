package published

import "masthead/internal/local/place"

// RegionOf returns the region that a town of the gazetteer is on a site.
func RegionOf(p place.Place) Region {
	return Region{
		Slug: p.Slug, Name: p.Name, NameFR: p.NameFR, Province: p.Province, ProvinceFR: p.ProvinceFR,
		Abbrev: p.Abbrev, Country: p.Country, Zone: p.Zone, Lat: p.Lat, Lon: p.Lon,
	}
}
