package archive

import "strings"

// The French lexicon. Nouns are written with their gender; adjectives are those that take both, or an -e.
const (
	frNouns = `année:f ville:f gouvernement:m police:f école:f société:f ministre:m communauté:f rapport:m projet:m
province:f conseil:m résident:m famille:f équipe:f saison:f membre:m groupe:m tribunal:m programme:m travailleur:m
service:m route:f région:f maison:f incendie:m élève:m chef:m marché:m hôpital:m élection:f parti:m rue:f loi:f
décision:f centre:m question:f syndicat:m accord:m tempête:f budget:m joueur:m entraîneur:m match:m victoire:f
but:m ligue:f chanson:f film:m livre:m artiste:m peintre:m musée:m théâtre:m festival:m bibliothèque:f enseignant:m
directeur:m parent:m voisin:m agriculteur:m récolte:f ferme:f rivière:f montagne:f vallée:f forêt:f sentier:m parc:m
pont:m autoroute:f aéroport:m gare:f train:m conducteur:m passager:m accident:m sauvetage:m patient:m infirmière:f
médecin:m clinique:f vaccin:m maladie:f étude:f chercheur:m laboratoire:m université:f professeur:m climat:m
glacier:m sécheresse:f inondation:f tornade:f température:f prévision:f émission:f oléoduc:m raffinerie:f tarif:m
taxe:f prêt:m banque:f investisseur:m perte:f ingénieur:m entreprise:f fondateur:m téléphone:m satellite:m fusée:f
ours:m loup:m baleine:f habitat:m chasseur:m guide:m touriste:m hôtel:m restaurant:m cuisinière:f recette:f
boulangerie:f client:m locataire:m appartement:m loyer:m promoteur:m architecte:m permis:m audience:f juge:m
avocat:m verdict:m accusation:f témoin:m victime:f enquête:f soldat:m cérémonie:f église:f paroisse:f langue:f
tradition:f danseur:m réfugié:m immigrant:m frontière:f ambassade:f sanction:f manifestation:f pétition:f campagne:f
candidat:m électeur:m débat:m promesse:f discours:m sénateur:m maire:m conseiller:m contrat:m subvention:f don:m
bénévole:m refuge:m retraité:m mariage:m anniversaire:m patinoire:f gardien:m stade:m aréna:m billet:m médaille:f
championne:f tournoi:m finale:f période:f coureur:m cycliste:m nageur:m canot:m érable:m cabane:f neige:f traîneau:m`
	frVerbs = `annoncer confirmer révéler rejeter accepter approuver appuyer retarder annuler lancer augmenter doubler
demander réclamer expliquer discuter étudier examiner inspecter surveiller mesurer publier présenter protéger
attaquer endommager réparer restaurer remplacer retrouver sauver identifier arrêter accuser condamner libérer
visiter célébrer honorer critiquer contester régler négocier signer prolonger renouveler terminer suspendre
limiter financer acheter développer dessiner installer tester diriger former engager nommer livrer exporter
traverser marquer bloquer brûler geler inonder préparer adopter dénoncer déposer évaluer créer fermer gagner
fêter rénover déneiger évacuer déménager économiser améliorer célébrer espérer régénérer`
	frAdjectives = `public local important fédéral provincial national ancien grand petit fort régional social général
récent central rural urbain côtier éloigné historique moderne privé international économique politique culturel
médical légal agricole industriel commercial temporaire permanent grave lourd profond étroit calme froid gelé
frais sûr prudent urgent fier populaire rare typique différent complexe simple technique numérique électrique
naturel critique nécessaire partiel complet modeste énorme jeune talentueux créatif controversé bilingue autochtone`
	frAdverbs = `aussi encore déjà presque souvent bientôt enfin récemment rapidement lentement publiquement officiellement
apparemment finalement auparavant actuellement généralement entièrement séparément ensemble ailleurs dehors`
	frRoles = `porte-parole,maire,résidente,enseignante,organisatrice,directrice,bénévole,analyste,propriétaire,avocate,
entraîneuse,présidente,chercheuse,conseillère,ministre,infirmière,agricultrice`
	frBodies = `la ville,la commission scolaire,la régie de la santé,la chambre de commerce,le ministère,le syndicat,
l’association,l’université,le service de police,le service des incendies,le musée,la société de transport,
la banque alimentaire,la fédération agricole,le tribunal`
	frDays   = `lundi,mardi,mercredi,jeudi,vendredi,samedi,dimanche`
	frMonths = `janvier,février,mars,avril,mai,juin,juillet,août,septembre,octobre,novembre,décembre`
)

const frSentences = `{the} a {past} {the} {day}.
{the} a {past} {the} après {a} à {place}.
« Nous voulons {verb} {the} », a déclaré {person}, {role} à {place}.
{person}, {role}, affirme que {the} devrait {verb} {the}.
Des {plural} et des {plural} de {place} ont {past} {the}, selon {body}.
En {month}, {body} a {past} {number} {plural}, contre {number} l’année précédente.
« C’est {a}. Je n’ai jamais vu cela », a dit {person}.
{body} compte {verb} {the} d’ici la fin de {month}.
{the}, qui avait {past} {the} en {year}, a {adverb} {past} {the}.
Mais {person} soutient que {the} ne doit pas {verb} {the}.
Environ {number} {plural} vivent à {place}, où {the} a {past} {the}.
{cap adverb}, {the} a {past} {the}.
C’est {number} pour cent de plus que prévu, précise {body}.
{the} de {name} a {past} {the} pour {number} dollars.
{a} près de {name} a été {adverb} {past}.
Les équipes devaient {verb} {the} {day} soir.
{name}, à {number} kilomètres de {place}, a {past} des {plural} depuis {year}.
{person} a {past} des {plural} pendant {number} ans.
Aucun blessé, a indiqué {body}.`

const frHeadlines = `{cap body} va {verb} {the} à {place}
Des {plural} de {place} veulent {verb} {the}
{cap the} a {past} {the} près de {name}
{cap number} {plural} pour {verb} {the} à {name}
Comment {a} de {name} a {past} {the}`

const frStandfirsts = `{the} a {past} {number} {plural}, et {body} en attend d’autres.
Selon {person}, {the} devrait {verb} {the}.
{the} arrive {number} mois après {the}.`

const frHeadings = `Des {plural} et des {plural}
Ce que veut {the}
{a} à {place}`

// french returns the lexicon of French.
func french(names *names) *lexicon {
	var nouns, genders []string
	for _, n := range split(frNouns) {
		noun, gender, _ := strings.Cut(n, ":")
		nouns, genders = append(nouns, noun), append(genders, gender)
	}
	l := &lexicon{
		slots: map[string]table{
			"noun": nouns, "verb": split(frVerbs), "adj": split(frAdjectives), "adverb": split(frAdverbs),
			"role": list(frRoles), "body": list(frBodies), "day": list(frDays), "month": list(frMonths),
			"name": names.placesFR, "last": names.lastFR, "first": names.firstFR,
		},
		articles: func(noun, adj string, pick int) (the, a string) {
			feminine := genders[pick] == "f"
			if adj != "" {
				if feminine && !strings.HasSuffix(adj, "e") {
					adj += "e"
				}
				adj = " " + adj
			}
			the, a = "le ", "un "
			if feminine {
				the, a = "la ", "une "
			}
			if strings.HasPrefix(noun, "é") || strings.HasPrefix(noun, "hô") || strings.ContainsRune("aeiou", rune(noun[0])) {
				the = "l’"
			}
			return the + noun + adj, a + noun + adj
		},
	}
	for _, n := range nouns {
		switch {
		case strings.HasSuffix(n, "s"):
			l.plural = append(l.plural, n)
		case strings.HasSuffix(n, "eau"):
			l.plural = append(l.plural, n+"x")
		default:
			l.plural = append(l.plural, n+"s")
		}
	}
	for _, v := range l.slots["verb"] {
		switch stem, er := strings.CutSuffix(v, "er"); {
		case er:
			l.past = append(l.past, stem+"é")
		default:
			l.past = append(l.past, strings.TrimSuffix(v, "re")+"u")
		}
		l.ing = append(l.ing, v)
	}
	l.sentences, l.headlines = patterns(frSentences), patterns(frHeadlines)
	l.standfirsts, l.headings = patterns(frStandfirsts), patterns(frHeadings)
	return l
}
