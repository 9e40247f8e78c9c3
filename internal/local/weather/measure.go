package weather

import (
	"math"
	"strconv"
	"strings"
)

// between makes a measure of a value inside a range that can be believed.
func between(v, lo, hi float64) Measure {
	if !(v >= lo && v <= hi) {
		return Measure{}
	}
	return Measure{Value: v, Valid: true}
}

func celsius(v float64) Measure { return between(v, -90, 60) }
func percent(v float64) Measure { return between(v, 0, 100) }
func kph(v float64) Measure     { return between(v, 0, 500) }

// feels takes a wind chill or humidex, which go further than the air does.
func feels(v float64) Measure { return between(v, -110, 80) }

// number reads a decimal number; what is not one is NaN, which no measure takes.
func number(s string) float64 {
	v, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil {
		return math.NaN()
	}
	return v
}

var points = [16]string{"N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW"}

// compass names the point that a bearing in degrees is nearest to.
func compass(degrees float64) string {
	if !(degrees >= 0 && degrees <= 360) {
		return ""
	}
	return points[int(math.Round(degrees/22.5))%16]
}

// point reads a compass point in English or French letters.
func point(s string) string {
	s = strings.ReplaceAll(strings.ToUpper(strings.TrimSpace(s)), "O", "W")
	for _, p := range points {
		if p == s {
			return p
		}
	}
	return ""
}

// WindDirIn returns the wind's direction in the letters of a language: west is W in English and O in French.
func (r Report) WindDirIn(lang string) string {
	if strings.HasPrefix(lang, "fr") {
		return strings.ReplaceAll(r.WindDir, "W", "O")
	}
	return r.WindDir
}
