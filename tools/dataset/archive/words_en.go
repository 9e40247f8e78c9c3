package archive

import "strings"

// The English lexicon, the more frequent words first. Forms are made by rule, so only regular words stand here.
const (
	enNouns = `year city government people police school company minister community report plan province project
council resident family official season game team member group bill court program worker service road area
house water fire student price leader market hospital election party street law decision centre issue question
union agreement storm record question budget player coach match victory goal league award song film book
artist painter gallery theatre festival concert museum library teacher principal parent neighbour farmer crop
field harvest rancher cattle barn tractor river lake mountain valley forest trail park bridge highway tunnel
airport station train bus driver passenger accident crash rescue search pilot helicopter patient nurse doctor
clinic vaccine virus disease drug treatment study scientist researcher laboratory university professor degree
climate glacier drought flood tornado blizzard avalanche temperature forecast emission pipeline refinery well
barrel export import tariff tax loan mortgage bank investor share profit loss dividend startup founder engineer
network phone device computer satellite rocket launch orbit telescope planet animal bear wolf elk moose owl
salmon whale habitat hunter guide tourist hotel restaurant chef menu recipe kitchen garden flower bakery market
shop owner customer landlord tenant apartment rent developer architect tower block permit zoning bylaw hearing
judge lawyer verdict sentence prison charge suspect witness victim detective investigation warrant weapon
soldier veteran ceremony memorial church parish bishop temple mosque elder chief treaty reserve language
tradition dancer drummer powwow carver weaver newcomer refugee immigrant visa border guard customs diplomat
embassy summit treaty sanction troop border ceasefire missile drone protest march banner petition campaign
candidate voter ballot riding poll debate promise speech critic backbencher senator mayor councillor trustee
board audit contract tender subsidy grant fund donation charity volunteer shelter kitchen blanket pension
retiree caregiver daughter brother cousin wedding birthday funeral obituary cemetery anniversary reunion quilt
curling skater goalie defender forward rookie trainer stadium arena ticket fan jersey medal champion tournament
playoff final period inning touchdown sprint marathon runner cyclist swimmer rower sled paddle kayak canoe`
	enVerbs = `call want ask need help open close start plan offer move announce confirm report reveal reject accept
approve support oppose delay cancel launch expand reduce increase double warn urge demand request promise pledge
claim deny admit explain describe discuss debate consider study review examine inspect monitor measure record
publish present protect defend attack damage destroy repair restore rebuild replace remove recover rescue search
discover identify arrest charge accuse convict sentence release detain question interview visit host welcome
celebrate honour award praise thank criticize challenge appeal settle resolve negotiate sign extend renew end
resume suspend ban limit regulate license tax fund finance sponsor donate purchase acquire develop design
construct install upgrade test operate manage direct supervise train recruit hire dismiss appoint elect nominate
endorse register enrol collect gather deliver ship export import transfer return cross reach enter pass climb
hike paddle score block save shoot kick collide crash tumble melt freeze burn scorch flood`
	enAdjectives = `new local public last early major federal provincial national former large small strong regional
social general annual recent final common central rural urban northern southern eastern western coastal remote
historic modern local private international economic political cultural environmental medical legal financial
agricultural industrial residential commercial voluntary temporary permanent seasonal daily weekly monthly severe
mild heavy light deep shallow steep narrow broad quiet loud bright dark warm cold frozen dry wet fresh clean
dirty safe dangerous careful reckless urgent patient cautious hopeful doubtful grateful proud angry calm nervous
popular rare unusual typical similar different complex simple technical digital electric mechanical chemical
natural artificial original additional potential critical crucial vital essential necessary partial complete
total average median modest massive tiny vast enormous substantial significant minor senior junior elderly young
veteran seasoned talented skilled creative ambitious controversial bitter sweet salty spicy generous strict
lenient transparent independent liberal conservative progressive moderate radical indigenous bilingual`
	enAdverbs = `also still now again already nearly almost often soon later finally recently quickly slowly quietly
publicly officially reportedly apparently initially eventually previously currently typically largely mostly
partly entirely separately together meanwhile instead abroad nearby outside overnight downtown`
	enRoles = `spokesperson,the mayor,a resident,a teacher,the deputy chief,an organizer,the director,a volunteer,
an analyst,the owner,a lawyer,the coach,the president,a researcher,a councillor,the minister,a nurse,a farmer`
	enBodies = `the city,the school board,the health authority,the chamber of commerce,the regional district,
the ministry,the union,the association,the university,the police service,the fire department,the museum,
the transit agency,the tourism board,the food bank,the water utility,the farm federation,the court`
	enDays   = `Monday,Tuesday,Wednesday,Thursday,Friday,Saturday,Sunday`
	enMonths = `January,February,March,April,May,June,July,August,September,October,November,December`
)

// enSentences are patterns; a word in braces is a slot, see grammar.
const enSentences = `{the} {past} {the} on {day}.
{the} {past} {the} after {a} {past} {the} in {place}.
“We {verb} {the}, and {plural} here {verb} it too,” said {person}, {role} with {body}.
{person}, {role} in {place}, said the {noun} was {adj} and that {the} would {verb} {the}.
{cap plural} and {plural} from {place} {past} {the} {adverb}, according to {body}.
In {month}, {body} {past} {number} {plural}, up from {number} the year before.
“It is {a}. I never saw {a} like it,” {person} said.
{body} said it would {verb} the {adj} {noun} by the end of {month}.
The {noun} comes as {plural} {verb} {plural} across {place}.
{the}, which {past} {the} in {year}, has {adverb} {past} its {noun}.
But {person} said {the} should not {verb} {the} until {plural} are {past}.
About {number} {plural} live in {place}, where {the} {past} {the}.
{cap adverb}, {the} {past} {the}.
That is {number} per cent more than {body} had {past}.
{the} of {name} {past} the {noun} for {number} dollars.
Asked about {the}, {person} said there was no {adj} {noun}.
{a} near {name} was {adverb} {past}, and {plural} were {past} to {verb} {the}.
Crews were {ing} {the} on {day} evening.
“People are {ing}. They are {adj} and they want {the},” said {person}.
{name}, {a} {number} kilometres from {place}, has {past} {plural} since {year}.
{the} and {the} did not {verb}.
{person} has {past} {plural} for {number} years.
No {plural} were {past}, {body} said.
The {adj} {noun} will {verb} on {month} {small}.
{the} is {ing} {plural}, {plural} and {plural}.`

const enHeadlines = `{cap body} {past} {adj} {noun} in {place}
{place} {plural} {verb} {adj} {noun} after {noun}
{cap plural} {verb} {adj} {noun} as {noun} {past}
{name} {noun} {past} by {adj} {noun}, {plural} say
{cap adj} {noun} to {verb} {plural} in {place}
How {a} in {name} {past} {the}
{person} on the {noun} that {past} {place}
{number} {plural} {past} as {noun} hits {name}
{cap body} to {verb} {noun} near {name} by {month}`

const enStandfirsts = `{the} {past} {number} {plural}, and {body} says more will follow.
{cap plural} in {place} say {the} is {adj}.
{person} says {the} would {verb} {plural}.
{the} comes {number} months after {the} was {past}.`

const enHeadings = `{cap plural} and {plural}
What {plural} {verb}
{cap adj} {noun}
A {noun} in {place}`

// english returns the lexicon of English.
func english(names *names) *lexicon {
	l := &lexicon{
		slots: map[string]table{
			"noun": split(enNouns), "verb": split(enVerbs), "adj": split(enAdjectives), "adverb": split(enAdverbs),
			"role": list(enRoles), "body": list(enBodies), "day": list(enDays), "month": list(enMonths),
			"name": names.places, "last": names.last, "first": names.first,
		},
		articles: func(noun, adj string, pick int) (the, a string) {
			if adj != "" {
				noun = adj + " " + noun
			}
			if strings.ContainsRune("aeiou", rune(noun[0])) {
				return "the " + noun, "an " + noun
			}
			return "the " + noun, "a " + noun
		},
	}
	for _, n := range l.slots["noun"] {
		l.plural = append(l.plural, enPlural(n))
	}
	for _, v := range l.slots["verb"] {
		l.past = append(l.past, enPast(v))
		l.ing = append(l.ing, enIng(v))
	}
	l.sentences, l.headlines = patterns(enSentences), patterns(enHeadlines)
	l.standfirsts, l.headings = patterns(enStandfirsts), patterns(enHeadings)
	return l
}

func enPlural(n string) string {
	switch {
	case n == "people", n == "police", n == "cattle", n == "salmon", n == "elk", n == "moose":
		return n
	case n == "wolf":
		return "wolves"
	case strings.HasSuffix(n, "y") && !strings.ContainsRune("aeo", rune(n[len(n)-2])):
		return n[:len(n)-1] + "ies"
	case strings.HasSuffix(n, "s"), strings.HasSuffix(n, "sh"), strings.HasSuffix(n, "ch"), strings.HasSuffix(n, "x"):
		return n + "es"
	}
	return n + "s"
}

// doubled are the verbs whose last letter doubles.
const doubled = " plan admit cancel ban ship transfer "

func enPast(v string) string {
	switch {
	case v == "shoot":
		return "shot"
	case v == "freeze":
		return "froze"
	case strings.HasSuffix(v, "e"):
		return v + "d"
	case strings.HasSuffix(v, "y") && !strings.ContainsRune("aeo", rune(v[len(v)-2])):
		return v[:len(v)-1] + "ied"
	case strings.Contains(doubled, " "+v+" "):
		return v + v[len(v)-1:] + "ed"
	}
	return v + "ed"
}

func enIng(v string) string {
	switch {
	case strings.HasSuffix(v, "e") && !strings.HasSuffix(v, "ee"):
		return v[:len(v)-1] + "ing"
	case strings.Contains(doubled, " "+v+" "):
		return v + v[len(v)-1:] + "ing"
	}
	return v + "ing"
}
