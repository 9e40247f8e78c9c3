package demo

import "slices"

// Portal is what the newsroom is, apart from its stories.
type Portal struct {
	Name, Tagline, TaglineFR string
	Languages                []string // first the portal's own
	Sections                 []Section
	Regions                  []Region
	Topics                   []Topic
	Authors                  []Author
	Promos                   []Promo
}

// Section is a section of the portal; Parent is "" or the slug of the section it is part of.
type Section struct{ Slug, Name, NameFR, Parent string }

// Region is a place with a front of its own; Zone is its IANA time zone.
type Region struct {
	Slug, Name, NameFR   string
	Province, ProvinceFR string
	Language, Zone       string
	Latitude, Longitude  float64
}

// Topic is a subject that readers can follow; Language is that of its name and description.
type Topic struct{ Slug, Name, Language, Description string }

// Author is a member of the newsroom; Picture is a Picture key or "".
type Author struct{ Slug, Name, Role, Language, Picture, Bio string }

// Promo is the text of a promotion for the portal itself.
type Promo struct{ Title, Text, URL string }

// Site is the Foothills Ledger.
func Site() Portal {
	return Portal{
		Name:      "Foothills Ledger",
		Tagline:   "News from Calgary, the foothills and the country around them",
		TaglineFR: "Les nouvelles de Calgary, des contreforts et du pays qui les entoure",
		Languages: []string{"en", "fr"},
		Sections:  slices.Clone(sections), Regions: slices.Clone(regions), Topics: slices.Clone(topics), Authors: slices.Clone(authors),
		Promos: []Promo{
			{"The city budget, line by line", "Every vote, every fee and every pool that waits another year.", "/topics/city-budget"},
			{"We say when we were wrong", "All corrections, newest first, with what we wrote and what is right.", "/corrections"},
			{"Le matin en français", "Les nouvelles de l’Ouest et d’ailleurs, en français.", "/r/montreal"},
		},
	}
}

var sections = []Section{
	{"local", "Local", "Actualités locales", ""},
	{"city-hall", "City hall", "Hôtel de ville", "local"},
	{"transit", "Transit", "Transports", "local"},
	{"obituaries", "Obituaries", "Avis de décès", "local"},
	{"alberta", "Alberta", "Alberta", ""},
	{"canada", "Canada", "Canada", ""},
	{"world", "World", "Monde", ""},
	{"europe", "Europe", "Europe", "world"},
	{"business", "Business", "Économie", ""},
	{"agriculture", "Agriculture", "Agriculture", "business"},
	{"energy", "Energy", "Énergie", "business"},
	{"sports", "Sports", "Sports", ""},
	{"hockey", "Hockey", "Hockey", "sports"},
	{"opinion", "Opinion", "Opinion", ""},
	{"culture", "Culture", "Culture", ""},
	{"books", "Books", "Livres", "culture"},
}

var regions = []Region{
	{"calgary", "Calgary", "Calgary", "Alberta", "Alberta", "en", "America/Edmonton", 51.0447, -114.0719},
	{"edmonton", "Edmonton", "Edmonton", "Alberta", "Alberta", "en", "America/Edmonton", 53.5461, -113.4938},
	{"red-deer", "Red Deer", "Red Deer", "Alberta", "Alberta", "en", "America/Edmonton", 52.2681, -113.8112},
	{"lethbridge", "Lethbridge", "Lethbridge", "Alberta", "Alberta", "en", "America/Edmonton", 49.6956, -112.8451},
	{"winnipeg", "Winnipeg", "Winnipeg", "Manitoba", "Manitoba", "en", "America/Winnipeg", 49.8951, -97.1384},
	{"montreal", "Montreal", "Montréal", "Quebec", "Québec", "fr", "America/Toronto", 45.5019, -73.5674},
	{"halifax", "Halifax", "Halifax", "Nova Scotia", "Nouvelle-Écosse", "en", "America/Halifax", 44.6488, -63.5752},
	{"st-johns", "St. John’s", "St. John’s", "Newfoundland and Labrador", "Terre-Neuve-et-Labrador", "en", "America/St_Johns", 47.5615, -52.7126},
}

var topics = []Topic{
	{"city-budget", "City budget", "en", "How Calgary and its neighbours raise and spend money: property tax, transit fares, snow clearing and the projects that wait another year. Updated as councils vote."},
	{"housing", "Housing", "en", "Rents, building permits, shelters and the long argument over where the next homes should go, in Calgary and in the other places we cover."},
	{"water", "Water", "en", "Rivers, reservoirs, mains and the irrigation districts that share them. In a dry province, most stories are water stories in the end."},
	{"winter", "Winter", "en", "Snow, chinooks, cold snaps and the people who plow, shovel and skate through them."},
	{"ukraine", "Ukraine", "en", "The war’s effect on grain, shipping and the families who came to the Prairies because of it. The place names follow our style guide."},
	{"grain", "Grain", "en", "From the field to the ship: harvests, prices, rail cars and ports."},
	{"health", "Health", "en", "Hospitals, clinics, nurses and the waiting rooms between them."},
	{"schools", "Schools", "en", "Classrooms, school boards, bus routes and the buildings they share."},
	{"energy-transition", "Energy transition", "en", "Wind, gas, power lines and what comes after the wells: how Alberta makes and pays for energy."},
	{"hockey-season", "Hockey season", "en", "The Foothills Falcons, the beer leagues and the outdoor rinks."},
	{"transit-lines", "Transit", "en", "Trains, buses and the people who wait for them."},
	{"wildfire-season", "Wildfire", "en", "Fire weather, evacuations, smoke and the long recovery afterward."},
	{"montreal-transport", "Transports à Montréal", "fr", "Le métro, les autobus, les ponts et les chantiers : comment on se déplace à Montréal, et ce que cela coûte."},
	{"francophonie", "Francophonie de l’Ouest", "fr", "Les écoles, les festivals et les familles qui vivent en français dans l’Ouest canadien."},
	{"fisheries", "Fisheries", "en", "Quotas, boats, plants and the coastal towns that depend on them."},
}

var authors = []Author{
	{"amina-okafor", "Amina Okafor", "World and agriculture reporter", "en", "head-okafor", "Amina Okafor follows grain from Prairie fields to the ports that ship it. She has reported for the Ledger since it was a weekly, and keeps a moisture meter in her car."},
	{"genevieve-tremblay", "Geneviève Tremblay", "Correspondante à Montréal", "fr", "head-tremblay", "Geneviève Tremblay couvre Montréal et la francophonie. Elle prend le métro tous les jours et le dit quand il est en retard."},
	{"hugh-macleod", "Hugh MacLeod", "Columnist", "en", "head-macleod", "Hugh MacLeod drove a school bus before he wrote for newspapers. His column about Calgary appears twice a week."},
	{"harjit-singh-dhaliwal", "Harjit Singh Dhaliwal", "Business editor", "en", "head-singh", "Harjit Singh Dhaliwal explains money to people who would rather not think about it. He edits the business pages."},
	{"lena-blackwater", "Lena Blackwater", "City hall reporter", "en", "head-blackwater", "Lena Blackwater has sat through more than 400 council meetings and reads every appendix."},
	{"owen-fraser", "Owen Fraser", "Sports reporter", "en", "", "Owen Fraser covers the Foothills Falcons and any game played outdoors. He was once a goalie, which he says explains a lot."},
	{"priya-nair", "Priya Nair", "Health reporter", "en", "", "Priya Nair writes about hospitals, clinics and the people who work nights in them."},
	{"marcus-bell", "Marcus Bell", "Edmonton correspondent", "en", "", "Marcus Bell reports on the legislature and northern Alberta from Edmonton."},
	{"siobhan-power", "Siobhan Power", "Atlantic correspondent", "en", "", "Siobhan Power reports from Halifax and St. John’s, by road when the ferries allow it."},
	{"tessa-wong", "Tessa Wong", "Culture reporter", "en", "", "Tessa Wong writes about books, food and music, in that order only on Mondays."},
	{"luc-desrosiers", "Luc Desrosiers", "Journaliste", "fr", "", "Luc Desrosiers raconte l’Alberta en français depuis Calgary et Edmonton."},
	{"dana-petrenko", "Dana Petrenko", "Winnipeg correspondent", "en", "", "Dana Petrenko covers Manitoba, its rivers and its railways."},
	{"rosa-delgado", "Rosa Delgado", "Photographer", "en", "", "Rosa Delgado has photographed the Bow River in every month of the year."},
	{"theo-lindqvist", "Theo Lindqvist", "Photographer", "en", "", "Theo Lindqvist photographs weather, trains and people waiting for either."},
	{"mireille-gagnon", "Mireille Gagnon", "Photographer and video editor", "fr", "", "Mireille Gagnon fait des images et des vidéos, de Montréal à St. John’s."},
}
