package weather

import "strings"

// Condition is the sky and what falls from it, in the few kinds that have an icon.
type Condition string

// The conditions. Unknown is the zero value and has no words.
const (
	Unknown Condition = ""
	Clear   Condition = "clear"
	Partly  Condition = "partly"
	Cloudy  Condition = "cloudy"
	Fog     Condition = "fog"
	Drizzle Condition = "drizzle"
	Rain    Condition = "rain"
	Snow    Condition = "snow"
	Sleet   Condition = "sleet" // also freezing rain, ice pellets, rain mixed with snow
	Thunder Condition = "thunder"
	Wind    Condition = "wind"
)

// Words returns the condition in a language, in lower case.
func (c Condition) Words(lang string) string {
	w := conditionWords[c]
	if strings.HasPrefix(lang, "fr") {
		return w[1]
	}
	return w[0]
}

var conditionWords = map[Condition][2]string{
	Clear: {"clear", "dégagé"}, Partly: {"partly cloudy", "partiellement nuageux"}, Cloudy: {"cloudy", "nuageux"},
	Fog: {"fog", "brouillard"}, Drizzle: {"drizzle", "bruine"}, Rain: {"rain", "pluie"}, Snow: {"snow", "neige"},
	Sleet: {"sleet or freezing rain", "grésil ou pluie verglaçante"}, Thunder: {"thunderstorm", "orage"},
	Wind: {"windy", "venteux"},
}

// wmo reads the weather codes of WMO table 4677 in the selection that Open-Meteo uses.
func wmo(code float64) Condition {
	switch code {
	case 0, 1:
		return Clear
	case 2:
		return Partly
	case 3:
		return Cloudy
	case 45, 48:
		return Fog
	case 51, 53, 55:
		return Drizzle
	case 56, 57, 66, 67:
		return Sleet
	case 61, 63, 65, 80, 81, 82:
		return Rain
	case 71, 73, 75, 77, 85, 86:
		return Snow
	case 95, 96, 99:
		return Thunder
	}
	return Unknown
}

// icon reads the icon codes of the Canadian city pages; 30 to 39 are 00 to 09 at night.
func icon(code float64) Condition {
	if code >= 30 && code <= 39 {
		code -= 30
	}
	switch code {
	case 0, 1:
		return Clear
	case 2, 4, 5, 22:
		return Partly
	case 3, 10:
		return Cloudy
	case 6, 11, 12, 13:
		return Rain
	case 7, 14, 15, 27:
		return Sleet
	case 8, 16, 17, 18, 25, 26, 40:
		return Snow
	case 9, 19, 41, 42, 46:
		return Thunder
	case 23, 24, 44:
		return Fog
	case 28:
		return Drizzle
	case 43, 45, 47:
		return Wind
	}
	return Unknown
}

// sky is the condition of a city page's icon or, without one, of its English or French words.
func sky(code float64, words string) Condition {
	if c := icon(code); c != Unknown {
		return c
	}
	w := strings.ToLower(words)
	has := func(any ...string) bool {
		for _, s := range any {
			if strings.Contains(w, s) {
				return true
			}
		}
		return false
	}
	snow := has("snow", "flurr", "neige")
	rain := has("rain", "pluie")
	switch {
	case has("thunder", "orage"):
		return Thunder
	case has("freezing", "pellets", "verglaçant", "grésil"), snow && rain:
		return Sleet
	case snow, has("ice crystals", "cristaux"):
		return Snow
	case has("drizzle", "bruine"):
		return Drizzle
	case rain, has("shower", "averse"):
		return Rain
	case has("fog", "mist", "haze", "smoke", "brouillard", "brume", "fumée"):
		return Fog
	case has("partly", "mix of sun", "a few clouds", "partiellement", "alternance", "quelques nuages"):
		return Partly
	case has("cloud", "overcast", "nuag", "couvert"):
		return Cloudy
	case has("sunny", "clear", "ensoleillé", "dégagé"):
		return Clear
	case has("wind", "vent"):
		return Wind
	}
	return Unknown
}
