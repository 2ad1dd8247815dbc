// German and French words of prompts, as words.ts has them for English and for the languages of East Asia. Without
// accents, as `fold.ts` brings words here; a word that means something else in English stands with its article.
import type { CameraMove, Mood, Plan, SceneId, Setting, SubjectKind, TimeOfDay, Weather } from './plan.ts';
import type { WordLists } from './words.ts';

export const PLACES: WordLists<SceneId> = {
  'night-city': 'strasse, strassen, gasse, rue, ruelle, neonlicht, neonlichter, neons',
  skyline: 'grossstadt, hochhaus, hochhauser, wolkenkratzer, gratte ciel, brucke',
  sea: 'meer, strand, ozean, kuste, welle, wellen, insel, la mer, plage, vague, vagues, ile, cote, bord de mer',
  lake: 'see, berg, berge, fluss, tal, alpen, lac, montagne, montagnes, riviere, vallee',
  forest: 'wald, walder, dschungel, baum, baume, foret, bois, arbre, arbres',
  desert: 'wuste, dune, dunen, desert, dunes',
  snow: 'schneelandschaft, gletscher, eisberg, glacier, banquise',
  space: 'weltraum, weltall, galaxie, planet, planeten, espace, planete, cosmos, univers',
  underwater:
    'unterwasser, korallenriff, tiefsee, meeresgrund, sous l eau, sous marin, recif, corail, fond marin',
  theatre: 'buhne, theater, konzert, scene de theatre, theatre, sur scene, concert',
  meadow:
    'lavendelfeld, sonnenblumen, sonnenblumenfeld, tournesol, tournesols, lavande, wiese, wiesen, feld, felder, weide, bauernhof, blumenwiese, prairie, champ, champs, pre, colline, campagne',
  road: 'landstrasse, autobahn, fahrbahn, route, autoroute, chemin de campagne',
  interior:
    'zimmer, wohnzimmer, schlafzimmer, kuche, buro, bibliothek, salon, chambre, cuisine, bibliotheque, kamin, cheminee',
  tabletop:
    'tisch, holztisch, kuchentisch, stillleben, produkt, produktfoto, sockel, nature morte, produit, sur une table, table en bois, piedestal',
  portrait: 'portrat, gesicht, visage, le portrait',
  rooftops: 'dach, dacher, uber den dachern, toit, toits',
  garden: 'garten, park, blumengarten, brunnen, hecke, jardin, parc, fontaine, verger, haie',
};

export const PLACE_HINTS: WordLists<SceneId> = {
  skyline: 'stadt, ville, feuerwerk',
  sea: 'segelboot, schiff, leuchtturm, voilier, bateau, phare',
  lake: 'schloss, burg, drache, chateau, berghutte',
  meadow:
    'pferd, pferde, blume, blumen, schmetterling, hund, schaf, kuh, cheval, chevaux, fleur, fleurs, papillon, chien, mouton, tournesol, tournesols',
  road: 'auto, autos, sportwagen, lastwagen, motorrad, voiture, voitures, camion, moto',
  interior: 'katze, kater, bett, lampe, sessel, un chat, le chat, petit chat, chaton, lit, fauteuil',
  tabletop:
    'kaffee, tasse, tee, flasche, obst, apfel, kerze, buch, handy, schuh, turnschuh, armbanduhr, kuchen, parfum, parfumflasche, bougie, livre, pomme, fruits, chaussure, basket, montre, gateau, bouteille, un cafe, tasse de cafe',
  forest: 'hirsch, reh, fuchs, cerf, renard',
  underwater: 'fisch, fische, qualle, wal, poisson, poissons, meduse, baleine',
  theatre: 'tanzerin, tanzer, tanzt, danseuse, danseur, danse',
  space: 'astronaut, astronautin, rakete, astronaute, fusee',
  snow: 'schnee, neige, verschneit, verschneite, enneige, pinguin',
};

export const TIMES: WordLists<TimeOfDay> = {
  dawn: 'morgen, morgenlicht, morgens, morgengrauen, sonnenaufgang, aube, aurore, lever du soleil, matin',
  day: 'tagsuber, mittag, sonnig, sonnige, sonnigen, sonnenlicht, midi, ensoleille, en plein jour',
  sunset: 'sonnenuntergang, abendsonne, goldene stunde, coucher de soleil, coucher du soleil, heure doree',
  dusk: 'dammerung, abenddammerung, crepuscule, abend, soir',
  night:
    'nacht, nachts, mitternacht, mondlicht, nuit, la nuit, minuit, clair de lune, de nuit, etoile, etoiles',
};

export const WEATHERS: WordLists<Weather> = {
  clear: 'klar, wolkenlos, ciel clair',
  cloudy: 'wolken, bewolkt, nuages, nuageux',
  rain: 'regen, regnerisch, regnet, verregnet, verregnete, pluie, pluvieux, pluvieuse',
  storm: 'sturm, gewitter, blitz, tempete, orage',
  snow: 'schnee, schneit, neige, verschneit, verschneite, enneige',
  fog: 'nebel, neblig, nebligen, brume, brouillard, brumeux, brumeuse',
  wind: 'windig, wind, vent',
};

export const SEASONS: WordLists<Plan['season']> = {
  spring: 'fruhling, printemps, fleuri, bluhend',
  summer: 'sommer, en ete',
  autumn: 'herbst, automne, herbstlich',
  winter: 'winter, hiver, verschneit, verschneite, enneige, schnee, neige',
};

export const MOODS: WordLists<Mood> = {
  calm: 'ruhig, ruhiger, friedlich, gemutlich, gemutliches, calme, paisible',
  epic: 'episch, majestatisch, epique, majestueux',
  dark: 'dunkel, duster, sombre',
  happy: 'frohlich, glucklich, joyeux, joyeuse',
  mysterious: 'geheimnisvoll, mysterieux, magisch, magique',
  romantic: 'romantisch, romantique',
  dreamy: 'vertraumt, traumhaft, reveur',
};

export const GRADES: WordLists<Plan['grade']> = {
  noir: 'schwarzweiss, noir et blanc',
  golden: 'golden, goldenes, dore, doree',
};

export const CAMERAS: WordLists<CameraMove> = {
  aerial: 'luftaufnahme, aus der luft, von oben, vue aerienne, vu du ciel, drohne, drohnenflug',
  pan: 'kameraschwenk, panoramique',
  dolly: 'kamerafahrt, travelling',
};

export const SPEEDS: Record<string, string> = {
  '0.4': 'zeitlupe, ralenti, au ralenti',
  '4': 'zeitraffer, accelere',
};

export const SUBJECTS: WordLists<SubjectKind> = {
  person:
    'mann, mannes, alten mannes, alter mann, frau, madchen, junge, kinder, fischer, femme, homme, fille, garcon, enfant, pecheur, vieil homme',
  dancer: 'tanzerin, tanzer, danseuse, danseur',
  couple: 'paar, liebespaar, un couple, amoureux',
  crowd: 'menschenmenge, foule',
  car: 'auto, autos, sportwagen, lastwagen, motorrad, voiture, voitures, camion, moto',
  boat: 'segelboot, boot, voilier, bateau',
  bird: 'vogel, mowe, adler, oiseau, oiseaux, aigle',
  fish: 'fisch, fische, poisson, poissons',
  whale: 'wal, wale, baleine, dauphin, delfin',
  jellyfish: 'qualle, quallen, meduse, meduses',
  horse: 'pferd, pferde, cheval, chevaux',
  deer: 'hirsch, reh, cerf',
  wolf: 'wolfe, fuchs, loup, renard',
  cat: 'katze, katzen, kater, un chat, le chat, petit chat, chaton',
  dog: 'hund, hunde, chien, chiot',
  dragon: 'drache, drachen',
  balloon: 'heissluftballon, heissluftballons, montgolfiere, montgolfieres',
  ship: 'schiff, navire',
  rocket: 'rakete, fusee, raumschiff, vaisseau spatial',
  astronaut: 'astronaut, astronautin, astronaute',
  castle: 'schloss, burg, chateau',
  house: 'haus, hutte, berghutte, maison, cabane',
  lighthouse: 'leuchtturm, phare',
  train: 'zug, dampflok, le train',
  robot: 'roboter, un robot',
  butterfly: 'schmetterling, schmetterlinge, papillon, papillons',
  cup: 'tasse, kaffee, tee, kaffeetasse, un cafe, tasse de cafe',
  bottle: 'flasche, parfumflasche, bouteille, parfum',
  vase: 'blumenvase, blumenstrauss, bouquet de fleurs',
  fruit: 'obst, apfel, obstschale, pomme, pommes, fruits',
  candle: 'kerze, kerzen, bougie, bougies',
  book: 'buch, bucher, livre, livres',
  phone: 'handy, smartphone, telephone',
  shoe: 'schuh, schuhe, turnschuh, turnschuhe, chaussure, chaussures, basket, baskets',
  watch: 'armbanduhr, montre, la montre',
  cake: 'kuchen, torte, gateau',
};

export const FRAMINGS: WordLists<Plan['framing']> = {
  close: 'nahaufnahme, grossaufnahme, portrat, gros plan, le portrait',
  wide: 'weitwinkel, totale, plan large',
};

export const SETTINGS: WordLists<Setting> = {
  kitchen: 'kuche, kuchentisch, cuisine',
  bedroom: 'schlafzimmer, bett, chambre',
  office: 'buro, schreibtisch, bureau',
  library: 'bibliothek, bibliotheque',
  fireplace: 'kamin, cheminee',
  studio: 'produkt, produktfoto, sockel, produit, piedestal, studio',
  woman: 'frau, madchen, femme, fille, tanzerin, danseuse',
  man: 'mann, mannes, alten mannes, alter mann, junge, homme, garcon, fischer, pecheur, vieil homme',
  child: 'kinder, enfant',
  lavender: 'lavendel, lavendelfeld, lavande',
  sunflower: 'sonnenblume, sonnenblumen, tournesol, tournesols',
  rose: 'rosen, rosengarten, roseraie',
  elder:
    'alter mann, alten mannes, alte frau, alten frau, alter fischer, vieil homme, vieille femme, vieux pecheur',
};

export const COLORS: Record<string, string> = {
  '#e5383b': 'rot, rote, roter, rotes, roten, rouge, rouges',
  '#ffd23f': 'gelb, gelbe, gelber, gelbes, jaune, jaunes',
  '#3fbf6b': 'grun, grune, gruner, grunes, vert, verte',
  '#2f6fe4': 'blau, blaue, blauer, blaues, bleu, bleue',
  '#8f4ee8': 'lila, violet, violette',
  '#ff7eb6': 'rosa',
  '#f4f1ea': 'weiss, weisse, weisser, weisses, blanc, blanche',
  '#14151c': 'schwarz, schwarze, schwarzer, schwarzes, noir, noire',
};

export const ACTIONS: Record<string, string> = {
  walk: 'geht, lauft, spaziert, marche, promene',
  run: 'rennt, galoppiert, court, courant, galope',
  fly: 'fliegt, vole, volant, survole',
  swim: 'schwimmt, nage',
  float: 'schwebt, treibt, flotte',
  sail: 'segelt, navigue',
  drive: 'fahrt, roule, conduit',
};

export const COUNTS: Record<string, string> = {
  '2': 'zwei, deux',
  '3': 'drei, trois',
  '4': 'vier, quatre',
};

export const NEGATIONS = 'ohne, kein, keine, keinen, sans, pas de';

export const STOP_WORDS =
  'der, die, das, den, dem, des, ein, eine, einer, eines, einem, einen, und, oder, im, ins, am, an, auf, mit, uber, unter, ' +
  'vor, hinter, neben, durch, vom, von, zum, zur, aus, bei, ist, sind, sich, seine, ihre, es, er, sie, ' +
  'le, la, les, un, une, des, du, de, d, l, et, ou, au, aux, dans, sur, sous, avec, pour, par, en, qui, est, son, sa, ses, ' +
  'devant, derriere, pres, vers, entre';
