package demo

import "strings"

// Picture is one drawn still: Scene is the name draw.Scene knows, FocusX and FocusY the focal point as a
// fraction of width and height. All stills are 1216 by 811 pixels, heads 811 by 811.
type Picture struct {
	Key, Scene           string
	Width, Height        int
	Alt, Caption, Credit string
	FocusX, FocusY       float64
}

// Pictures lists every still of the demo; its key is the name of its scene.
func Pictures() []Picture {
	const rosa, theo, mireille = "Rosa Delgado/Foothills Ledger", "Theo Lindqvist/Foothills Ledger", "Mireille Gagnon/Foothills Ledger"
	still := func(scene, alt, caption, credit string, fx, fy float64) Picture {
		p := Picture{scene, scene, 1216, 811, alt, caption, credit, fx, fy}
		if strings.HasPrefix(scene, "head-") {
			p.Width = 811
		}
		return p
	}
	return []Picture{
		still("mountain-lake-dawn", "A wall of grey peaks and dark firs mirrored in a still lake at dawn.", "First light on a lake west of Canmore.", rosa, .5, .5),
		still("mountain-noon", "Snow-capped peaks above a green meadow with a line of spruce.", "The front ranges from the foothills on a clear day.", theo, .5, .45),
		still("mountain-river", "A river winds through a green valley below snow-capped mountains.", "The upper Bow River in early summer.", rosa, .55, .6),
		still("mountain-winter", "Snow-covered firs in front of pale winter mountains.", "Fresh snow in the Kananaskis valley.", theo, .5, .5),
		still("mountain-dusk-lake", "Pink evening sky over mountains reflected in dark water.", "Dusk at the reservoir west of the city.", rosa, .5, .5),
		still("river-flood", "A swollen grey river spreads across a valley under heavy cloud.", "The Bow River ran high after three days of rain.", theo, .55, .65),
		still("prairie-wheat", "Rows of ripe wheat run to the horizon under a pale gold sky.", "Wheat ready for the combine east of Strathmore.", rosa, .5, .7),
		still("prairie-road", "A paved road with a broken centre line runs to the horizon across green fields.", "The range road south of Lethbridge.", theo, .7, .7),
		still("prairie-storm", "Dark storm clouds hang over an empty prairie road.", "A storm builds over the county.", theo, .6, .4),
		still("grain-elevators", "Red, white and green wooden grain elevators stand beside a track and a wheat field.", "Three wooden elevators still stand beside the old rail line.", rosa, .72, .55),
		still("elevators-dusk", "Three grain elevators against a violet and orange evening sky.", "The elevators at dusk.", rosa, .72, .55),
		still("wind-turbines", "White wind turbines stand over dark fields at sunrise.", "Turbines turn near Pincher Creek.", theo, .5, .55),
		still("freight-train", "A long freight train of coloured cars crosses a wheat field.", "A freight train heads west through the harvest.", rosa, .5, .68),
		still("freight-winter", "A freight train crosses a snow-covered plain under a white sky.", "Cold weather means shorter trains.", theo, .5, .68),
		still("pumpjacks", "Three pumpjacks in silhouette against a red evening sky.", "Pumpjacks at work near Drayton Valley.", theo, .6, .65),
		still("aurora", "Green and violet northern lights ripple over a dark forest.", "The aurora seen north of Cochrane.", rosa, .5, .4),
		still("wildfire", "Smoke darkens an orange sky above rows of black spruce.", "Smoke over the forest northwest of the city.", theo, .5, .5),
		still("skyline-calgary", "Calgary’s towers and a slim red-topped observation tower reflected in the river at dawn.", "Downtown Calgary at first light.", rosa, .5, .5),
		still("skyline-night", "City towers with lit windows reflected in black water at night.", "Downtown Calgary after dark.", theo, .5, .5),
		still("skyline-edmonton", "Blue-grey towers above a wide river on a bright day.", "Downtown Edmonton seen from the south bank.", theo, .5, .5),
		still("skyline-winnipeg", "Towers in pale winter light above a frozen river.", "Winnipeg on a grey afternoon.", theo, .5, .5),
		still("skyline-montreal", "Montreal’s towers and the mountain behind them at dusk.", "Downtown Montreal at dusk.", mireille, .5, .5),
		still("harbour-dawn", "Loading cranes and two cargo ships in a calm harbour at dawn.", "The harbour at dawn.", mireille, .6, .6),
		still("harbour-noon", "A cargo ship beneath tall cranes on a bright day, gulls overhead.", "The container terminal in Halifax.", mireille, .6, .6),
		still("harbour-dusk", "A red-hulled ship at the quay below cranes under a crimson sky.", "A ship loads at dusk.", mireille, .7, .6),
		still("row-houses", "Three rows of brightly painted wooden houses climb a hill.", "Painted row houses in St. John’s.", mireille, .5, .6),
		still("row-houses-dusk", "Coloured row houses with lit windows under a pink sky.", "Lights come on in the old town.", mireille, .5, .6),
		still("snow-street", "Street lamps glow over a snow-covered street between brick houses at dusk.", "Snow fell for most of Tuesday.", rosa, .5, .5),
		still("snow-street-day", "Tire tracks run down a snowy residential street on a white day.", "A side street waits for the plow.", theo, .5, .6),
		still("legislature", "A domed sandstone legislature building above a green lawn.", "The legislature in Edmonton.", theo, .5, .45),
		still("legislature-dusk", "The dome of the legislature against a crimson evening sky.", "The legislature at the end of a long sitting day.", theo, .5, .45),
		still("bridge-arches", "An arched bridge and its reflection in a calm river at sunrise.", "The old arch bridge reopened this week.", rosa, .5, .5),
		still("bridge-red", "A red lattice footbridge over a blue river.", "The footbridge carries 9,000 people on a fine day.", rosa, .5, .5),
		still("train-bridge", "A white and red light-rail train crosses a bridge at dusk.", "A train crosses the river on the evening run.", rosa, .45, .5),
		still("construction", "A yellow tower crane lifts a beam over an unfinished concrete building.", "A rental building goes up in the Beltline.", theo, .5, .5),
		still("rink-night", "Hockey players on an outdoor rink under floodlights at night.", "Shinny under the lights.", rosa, .5, .65),
		still("rink-day", "Players in red and blue chase a puck on an outdoor rink ringed by spruce.", "An outdoor rink on the first cold weekend.", rosa, .5, .65),
		still("curling", "Curling stones with red and yellow handles seen from above on the rings.", "Stones in play at the Thursday league.", theo, .42, .5),
		still("books", "Three wooden shelves filled with old cloth-bound books.", "The shelves of a second-hand bookshop.", mireille, .5, .5),
		still("kitchen", "A red mug, a letter and a pen on a wooden table below a window with hills.", "A kitchen table in Bragg Creek.", mireille, .6, .75),
		still("supper-table", "Seven plates of food on a blue checked tablecloth seen from above.", "A community supper, before anyone sat down.", mireille, .5, .5),
		still("chamber", "Members sit in curved rows of wooden benches under a crest.", "Council in session.", theo, .5, .6),
		still("stage", "Three musicians in silhouette under violet and orange stage lights, a crowd in front.", "The late set on the main stage.", mireille, .5, .55),
		still("figures-blue", "An abstract drawing of rising blue bars and a red line.", "Illustration: a year in numbers.", "Foothills Ledger graphics", .6, .5),
		still("figures-green", "An abstract drawing of green bars and a yellow line.", "Illustration: prices, month by month.", "Foothills Ledger graphics", .6, .5),
		still("iceberg", "A tall blue-white iceberg off a rocky point with a striped lighthouse.", "An iceberg grounded off the point.", mireille, .45, .45),
		still("head-okafor", "Drawing of a woman with her hair in a bun and a green jacket.", "Amina Okafor", "Foothills Ledger graphics", .5, .45),
		still("head-tremblay", "Drawing of a woman with long brown hair and a blue jacket.", "Geneviève Tremblay", "Foothills Ledger graphics", .5, .45),
		still("head-macleod", "Drawing of a man with grey hair, a beard and glasses.", "Hugh MacLeod", "Foothills Ledger graphics", .5, .45),
		still("head-singh", "Drawing of a bearded man with glasses and a red jacket.", "Harjit Singh Dhaliwal", "Foothills Ledger graphics", .5, .45),
		still("head-blackwater", "Drawing of a woman with dark hair, glasses and a brown jacket.", "Lena Blackwater", "Foothills Ledger graphics", .5, .45),
	}
}
