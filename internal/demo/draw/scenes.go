package draw

import (
	"image"
	"maps"
	"slices"
)

// scenes names every picture of the demo: a subject, a light and a seed.
func scenes() map[string]func(*canvas) {
	return map[string]func(*canvas){
		"mountain-lake-dawn": func(c *canvas) { mountains(c, dawn(), "lake") },
		"mountain-noon":      func(c *canvas) { mountains(c, noon(), "forest") },
		"mountain-river":     func(c *canvas) { mountains(c, noon(), "river") },
		"mountain-winter":    func(c *canvas) { mountains(c, winter(), "forest") },
		"mountain-dusk-lake": func(c *canvas) { mountains(c, dusk(), "lake") },
		"river-flood":        func(c *canvas) { mountains(c, storm(), "river") },
		"prairie-wheat":      func(c *canvas) { prairie(c, harvest(), "") },
		"prairie-road":       func(c *canvas) { prairie(c, noon(), "road") },
		"prairie-storm":      func(c *canvas) { prairie(c, storm(), "road") },
		"grain-elevators":    func(c *canvas) { prairie(c, harvest(), "elevators") },
		"elevators-dusk":     func(c *canvas) { prairie(c, dusk(), "elevators") },
		"wind-turbines":      func(c *canvas) { prairie(c, dawn(), "turbines") },
		"freight-train":      func(c *canvas) { prairie(c, harvest(), "train") },
		"freight-winter":     func(c *canvas) { prairie(c, winter(), "train") },
		"pumpjacks":          func(c *canvas) { prairie(c, dusk(), "pumpjacks") },
		"aurora":             func(c *canvas) { aurora(c, night()) },
		"wildfire":           func(c *canvas) { wildfire(c, smoke()) },
		"skyline-calgary":    func(c *canvas) { skyline(c, dawn(), "peaks", .3) },
		"skyline-night":      func(c *canvas) { skyline(c, night(), "peaks", .8) },
		"skyline-edmonton":   func(c *canvas) { skyline(c, noon(), "", .2) },
		"skyline-winnipeg":   func(c *canvas) { skyline(c, winter(), "", .25) },
		"skyline-montreal":   func(c *canvas) { skyline(c, dusk(), "hill", .6) },
		"harbour-dawn":       func(c *canvas) { harbour(c, dawn(), 5) },
		"harbour-noon":       func(c *canvas) { harbour(c, noon(), 4) },
		"harbour-dusk":       func(c *canvas) { harbour(c, dusk(), 3) },
		"row-houses":         func(c *canvas) { rows(c, noon()) },
		"row-houses-dusk":    func(c *canvas) { rows(c, dusk()) },
		"snow-street":        func(c *canvas) { snowStreet(c, dusk()) },
		"snow-street-day":    func(c *canvas) { snowStreet(c, winter()) },
		"legislature":        func(c *canvas) { dome(c, noon()) },
		"legislature-dusk":   func(c *canvas) { dome(c, dusk()) },
		"bridge-arches":      func(c *canvas) { bridge(c, dawn(), "arch") },
		"bridge-red":         func(c *canvas) { bridge(c, noon(), "tube") },
		"train-bridge":       func(c *canvas) { bridge(c, dusk(), "rail") },
		"construction":       func(c *canvas) { site(c, harvest()) },
		"rink-night":         func(c *canvas) { rink(c, night()) },
		"rink-day":           func(c *canvas) { rink(c, winter()) },
		"curling":            curling,
		"books":              func(c *canvas) { books(c, hex(0x6b5a48)) },
		"kitchen":            func(c *canvas) { kitchen(c, hex(0xb9c8b8)) },
		"supper-table":       func(c *canvas) { table(c, hex(0x3f6470)) },
		"chamber":            chamber,
		"stage":              func(c *canvas) { stage(c, hex(0x6f7cff)) },
		"figures-blue":       func(c *canvas) { figures(c, hex(0xf3efe6), hex(0x2f5266), hex(0xc8553a)) },
		"figures-green":      func(c *canvas) { figures(c, hex(0xeef0e8), hex(0x3f6650), hex(0xd39a2e)) },
		"iceberg":            func(c *canvas) { berg(c, noon()) },
		"head-okafor":        func(c *canvas) { head(c, hex(0x7a4a32), hex(0x1d1512), hex(0x2f6b6b), hex(0xd9c8a8), 2) },
		"head-tremblay":      func(c *canvas) { head(c, hex(0xe6bd9c), hex(0x7a4a2a), hex(0x3a4a6b), hex(0xc8d3d6), 1) },
		"head-macleod":       func(c *canvas) { head(c, hex(0xe2b596), hex(0xb8b4ac), hex(0x4a4038), hex(0xb8c4b4), 3) },
		"head-singh":         func(c *canvas) { head(c, hex(0xb98258), hex(0x231a18), hex(0x7a2f3a), hex(0xe0d2b8), 5) },
		"head-blackwater":    func(c *canvas) { head(c, hex(0xa8714c), hex(0x1c1718), hex(0x6b4a2f), hex(0xc4cdd8), 4) },
	}
}

// Names lists the scenes in order.
func Names() []string { return slices.Sorted(maps.Keys(scenes())) }

// Scene paints a still of w by h pixels; nil when no scene has that name or the size is not positive.
func Scene(name string, w, h int) image.Image { return paintScene(name, 0, w, h, .02) }

// Frame paints the moment t seconds into a scene, without grain so that it compresses well.
func Frame(name string, t float64, w, h int) image.Image { return paintScene(name, t, w, h, 0) }

func paintScene(name string, t float64, w, h int, grain float64) image.Image {
	paint := scenes()[name]
	if paint == nil || w <= 0 || h <= 0 {
		return nil
	}
	seed := uint32(2166136261)
	for _, b := range []byte(name) {
		seed = (seed ^ uint32(b)) * 16777619
	}
	c := newCanvas(w, h, seed>>8)
	c.t = t
	paint(c)
	return c.finish(grain)
}
