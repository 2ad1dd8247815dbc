// The words that a draft understands, written by hand. Lists are comma-separated; a word may stand in several
// lists and then means all of them. Singular and plain forms only: `fold.ts` brings others back to these.
import type { CameraMove, Mood, Plan, SceneId, Setting, SubjectKind, TimeOfDay, Weather } from './plan.ts';

export type WordLists<Key extends string> = Partial<Record<Key, string>>;

/** Words that name a place outright. */
export const PLACES: WordLists<SceneId> = {
  'night-city':
    'night city, 霓虹灯, city street, street, alley, backstreet, avenue, boulevard, chinatown, shibuya, shinjuku, times square, ' +
    'cyberpunk, blade runner, neon sign, neon light, neon city, nightlife, nightclub, crosswalk, sidewalk, pavement, ' +
    'tokyo, hong kong, seoul, osaka, 霓虹, 街道, 街头, 夜市, 赛博朋克, 夜景, ネオン, 夜の街, 거리, 東京, 东京',
  skyline:
    'skyline, cityscape, skyscraper, tower, high-rise, manhattan, new york, dubai, shanghai, london, paris, ' +
    'chicago, singapore, metropolis, bridge, harbour, harbor, 天际线, 摩天大楼, 高楼, 上海',
  sea:
    'sea, ocean, blue sea, blue ocean, beach, coast, coastline, shore, seashore, seaside, surf, wave, tide, bay, lagoon, island, cliff, ' +
    'pacific, atlantic, mediterranean, caribbean, maldives, hawaii, horizon, pier, tropical, 海, 大海, 海边, 海滩, ' +
    '海洋, 沙滩, 波浪, 바다, 해변',
  lake:
    'lake, mountain, peak, alps, alpine, valley, fjord, river, pond, reflection, ' +
    'summit, ridge, highland, himalaya, swiss, norway, scotland, village, landscape, nature, ' +
    '湖, 湖泊, 山, 高山, 山脉, 河, 瀑布, 호수, 산',
  forest:
    'forest, wood, woods, woodland, jungle, rainforest, grove, tree, pine, redwood, birch, bamboo, green forest, clearing, undergrowth, ' +
    'fern, moss, mushroom, trail, path, fairy, enchanted, 森林, 树林, 丛林, 竹林, 树, 林, 숲',
  desert:
    'desert, dune, sahara, gobi, sand, oasis, canyon, mesa, cactus, mojave, arabia, wasteland, mirage, camel, pyramid, ' +
    'egypt, savanna, savannah, badlands, mars, 沙漠, 沙丘, 峡谷, 戈壁, 사막',
  snow:
    'snowfield, tundra, glacier, arctic, antarctic, antarctica, iceberg, blizzard, snowscape, north pole, ski, sled, igloo, ' +
    'lapland, siberia, frozen, snowy mountain, winter landscape, aurora, northern light, 极光, 雪地, 雪山, 冰川, 雪原, 北极, 설원',
  space:
    'space, outer space, galaxy, nebula, cosmos, cosmic, universe, planet, orbit, asteroid, comet, meteor, black hole, ' +
    'milky way, starfield, supernova, saturn, jupiter, moon surface, spaceship, spacecraft, space station, interstellar, ' +
    'constellation, alien, ufo, 太空, 宇宙, 银河, 星系, 星云, 行星, 黑洞, 우주',
  underwater:
    'underwater, undersea, deep sea, coral, reef, coral reef, seabed, ocean floor, kelp, seaweed, aquarium, scuba, diver, ' +
    'diving, submarine, shark, turtle, octopus, mermaid, atlantis, 水下, 海底, 珊瑚, 深海, 바닷속',
  theatre:
    'stage, theatre, theater, opera, concert, concert hall, piano, pianist, violin, guitar, orchestra, band, choir, singer, 钢琴, 歌手, ' +
    'ballroom, dance floor, spotlight, recital, cabaret, broadway, ' +
    'auditorium, 舞台, 剧院, 剧场, 音乐会, 무대',
  meadow:
    'meadow, grassland, pasture, prairie, field, hill, hillside, countryside, farm, farmland, lawn, steppe, flower field, ' +
    'lavender field, wheat field, sunflower field, wildflower, grass, green field, green meadow, green grass, green hill, lavender, sunflower, tulip field, poppy field, 草原, 草地, 田野, 花田, 麦田, 花海, 초원, 草むら',
  road:
    'road, country road, highway, freeway, motorway, asphalt, race track, racetrack, road trip, route 66, 公路, 马路, 道路, ' +
    '高速公路, 도로, 道',
  interior:
    'room, living room, bedroom, kitchen, office, interior, indoors, apartment, library, classroom, sofa, couch, fireplace, ' +
    'hotel room, hallway, studio apartment, 房间, 客厅, 卧室, 厨房, 室内, 办公室, 图书馆, 沙发, 部屋, 방',
  tabletop:
    'table, tabletop, kitchen table, wooden table, dining table, coffee table, marble table, still life, product shot, ' +
    'product photo, product, packshot, pedestal, podium, plinth, 桌, 桌子, 桌上, 餐桌, 木桌, 产品, 静物, 테이블',
  portrait: 'portrait, headshot, face, selfie, close up portrait, 肖像, 人像, 面孔, 人脸, 초상',
  rooftops: 'rooftop, roof, chimney, tiled roof, roof tile, 屋顶, 房顶, 屋根, 지붕',
  garden:
    'garden, park, orchard, backyard, greenhouse, flower bed, botanical garden, courtyard, fountain, hedge, zen garden, ' +
    'japanese garden, rose garden, 花园, 公园, 庭院, 喷泉, 庭, 정원',
  abstract:
    'abstract, fluid, liquid, smoke, particle, fractal, geometric, pattern, swirl, gradient, ink, shape, kaleidoscope, ' +
    'psychedelic, texture, marble, energy, vortex, hypnotic, visualizer, loop, silk, 抽象, 粒子, 流体, 烟雾, 추상',
};

/** Words that only hint at a place; they decide where nothing else does. */
export const PLACE_HINTS: WordLists<SceneId> = {
  'night-city':
    'neon, umbrella, taxi, cab, traffic, shop, bar, cafe, ramen, club, billboard, puddle, detective, gangster, hacker, ' +
    'cyborg, motorcycle, bus, subway, commuter, android, hologram, futuristic, noir, robot, crowd, 雨伞, 出租车',
  skyline:
    'building, architecture, office, construction, business, helicopter, drone, downtown, urban, city, town, capital, ' +
    'superhero, fireworks, 城市, 大楼, 建筑, 烟花, 도시',
  sea:
    'boat, sailboat, sail, ship, yacht, ferry, pirate, surfer, surfing, seagull, gull, palm, shell, lighthouse, sailor, ' +
    'fisherman, vacation, holiday, swim, bikini, cruise, salt, 船, 帆船, 灯塔, 海鸥',
  lake:
    'balloon, hot air balloon, eagle, hike, hiker, cabin, campfire, tent, camp, canoe, kayak, swan, duck, goat, sheep, cow, ' +
    'waterfall, volcano, castle, dragon, knight, kingdom, temple, 城堡, 龙',
  meadow:
    'tulip, poppy, daisy, kite, rainbow, horse, cowboy, flower, train, railway, house, cottage, windmill, ' +
    'butterfly, picnic, dog, puppy, scarecrow, 马, 狗, 花, 风车, 蝴蝶, 火车, 彩虹',
  road: 'car, sports car, supercar, truck, bus, motorcycle, motorbike, ferrari, porsche, tesla, race, racing, drive, 汽车, 跑车, 卡车',
  interior: 'cat, kitten, bed, desk, lamp, curtain, armchair, bookshelf, carpet, 猫, 床, 台灯',
  tabletop:
    'coffee, cup, mug, tea, espresso, latte, bottle, perfume, vase, bouquet, fruit, apple, lemon, candle, book, phone, ' +
    'smartphone, shoe, sneaker, wristwatch, luxury watch, cake, cupcake, breakfast, food, dish, plate, wine, cosmetic, jewelry, ' +
    '咖啡, 茶, 杯, 香水, 瓶, 花瓶, 水果, 苹果, 蜡烛, 书, 手机, 鞋, 运动鞋, 手表, 蛋糕, 早餐, 食物',
  portrait: 'smile, smiling, eye, hair, makeup, beard, hat, model, 微笑, 眼睛',
  garden: 'rose, bench, blossoming, bee, gnome, swing, 玫瑰, 长椅',
  forest:
    'deer, wolf, fox, bear, rabbit, owl, elf, witch, unicorn, leaf, leaves, firefly, squirrel, moth, panda, ' +
    'dinosaur, tiger, monkey, wizard, druid, cherry blossom, blossom, sakura, kyoto, 鹿, 狼, 狐狸, 萤火虫, 樱花',
  desert: 'caravan, nomad, scorpion, lizard, bedouin, lion, elephant, giraffe, heat, 骆驼',
  snow: 'snow, penguin, polar bear, ice, frost, reindeer, snowman, snowflake, christmas, santa, husky, 雪, 冰',
  space:
    'astronaut, earth, rocket, star, telescope, satellite, sci-fi, starship, shuttle, zero gravity, cosmonaut, 宇航员, 火箭, 星空, 星星',
  underwater: 'fish, jellyfish, whale, dolphin, bubble, manta, ray, squid, seahorse, 鱼, 水母, 鲸鱼, 海豚',
  theatre:
    'dancer, dance, ballet, ballerina, music, musician, sing, ' +
    'actor, actress, performer, performance, magician, clown, circus, 舞者, 舞蹈, 跳舞, 音乐',
  abstract: 'color, colour, light, glow, glowing, emotion, dream, idea, logo, motion',
};

export const TIMES: WordLists<TimeOfDay> = {
  dawn: 'dawn, sunrise, daybreak, early morning, morning, first light, 黎明, 日出, 清晨, 早晨, 일출',
  day: 'day, daytime, noon, midday, sunny, sunlight, sunlit, sunshine, afternoon, daylight, bright, blue sky, 白天, 阳光, 中午, 낮',
  sunset:
    'sunset, golden hour, sundown, setting sun, evening sun, golden light, 日落, 夕阳, 黄昏, 일몰, 夕焼け',
  dusk: 'dusk, twilight, blue hour, evening, gloaming, nightfall, 傍晚, 暮色',
  night:
    'night, midnight, nighttime, moonlight, moonlit, moon, starry, star, starlight, nocturnal, milky way, aurora, ' +
    'northern light, firefly, late night, 夜, 夜晚, 夜景, 夜里, 午夜, 月光, 月亮, 星空, 밤',
};

export const WEATHERS: WordLists<Weather> = {
  clear: 'clear, cloudless, clear sky, sunny, dry, 晴',
  cloudy: 'cloud, cloudy, overcast, grey sky, gray sky, 云, 多云, 阴天',
  rain: 'rain, rainy, drizzle, shower, wet, puddle, umbrella, raindrop, monsoon, downpour, rainstorm, 雨, 下雨, 雨夜, 雨天, 비',
  storm:
    'storm, stormy, thunder, lightning, thunderstorm, tempest, hurricane, typhoon, tornado, 暴风雨, 闪电, 雷, 风暴, 폭풍',
  snow: 'snow, snowy, snowfall, snowflake, blizzard, sleet, flurry, 雪, 下雪, 暴雪, 눈',
  fog: 'fog, foggy, mist, misty, haze, hazy, smog, vapour, vapor, 雾, 薄雾, 안개',
  wind: 'wind, windy, breeze, breezy, gust, gale, sandstorm, 风, 微风, 沙尘暴',
};

export const SEASONS: WordLists<Plan['season']> = {
  spring:
    'spring, springtime, blossom, cherry blossom, sakura, bloom, flower, april, may, 春, 春天, 樱花, 봄',
  summer: 'summer, summertime, tropical, july, august, heat, 夏, 夏天, 여름',
  autumn:
    'autumn, fall foliage, fallen leaves, autumnal, october, november, harvest, maple, 秋, 秋天, 红叶, 가을',
  winter:
    'winter, wintry, snow, snowy, aurora, northern light, 极光, ice, icy, frozen, frost, frosty, christmas, december, january, 冬, 冬天, 雪, 겨울',
};

export const MOODS: WordLists<Mood> = {
  calm: 'calm, peaceful, serene, quiet, tranquil, gentle, soft, relaxing, still, meditative, zen, cozy, cosy, lofi, lo-fi, 宁静, 平静, 安静',
  epic: 'epic, majestic, grand, heroic, dramatic, monumental, vast, awe, breathtaking, powerful, cinematic, sweeping, 史诗, 壮观, 宏伟',
  dark: 'dark, gloomy, grim, gothic, bleak, ominous, sinister, horror, scary, haunted, creepy, evil, apocalyptic, 黑暗, 恐怖, 阴森',
  happy:
    'happy, joyful, cheerful, fun, playful, party, festive, celebration, bright, upbeat, lively, cute, smile, laugh, 快乐, 欢乐, 可爱',
  mysterious:
    'mysterious, mystical, mystic, magic, magical, secret, enigmatic, eerie, surreal, strange, hidden, ancient, 神秘, 魔法',
  romantic: 'romantic, love, lover, kiss, wedding, couple, heart, tender, valentine, 浪漫, 爱情',
  tense:
    'tense, thrilling, chase, danger, dangerous, urgent, suspense, explosion, battle, war, fight, intense, furious, 紧张, 战斗',
  dreamy:
    'dreamy, dream, dreamlike, ethereal, fantasy, whimsical, nostalgic, floating, hazy, fairytale, fairy, 梦幻, 梦境',
};

export const GRADES: WordLists<Plan['grade']> = {
  neon: 'neon, 霓虹灯, cyberpunk, synthwave, vaporwave, retrowave, holographic, hologram, fluorescent, tron, 霓虹, 赛博朋克, ネオン',
  pastel: 'pastel, candy, kawaii, soft color, soft colour, ghibli, watercolor, watercolour, 粉彩, 柔和',
  vintage:
    'vintage, retro, old film, sepia, 8mm, super 8, film grain, analog, analogue, seventies, 1970s, 1960s, faded, polaroid, 复古',
  golden: 'golden, gold, warm, amber, honey, golden hour, candlelight, 金色, 温暖',
  noir: 'noir, black and white, monochrome, monochromatic, grayscale, greyscale, 黑白',
  vivid:
    'vivid, vibrant, colorful, colourful, saturated, rainbow, psychedelic, hdr, rich color, rich colour, 鲜艳, 彩色',
};

export const CAMERAS: WordLists<CameraMove> = {
  dolly:
    'dolly, dolly in, push in, zoom in, zoom, tracking shot, tracking, forward, walk through, fly through, pov, 推镜, 推进',
  pull: 'pull back, pull out, zoom out, dolly out, reveal, 拉远, 拉镜',
  pan: 'pan, panning, panorama, panoramic, sideways, sweep, 摇镜, 平移',
  orbit: 'orbit, orbiting, arc shot, rotate around, circle around, 360, 环绕',
  tilt: 'tilt, tilt up, tilt down, look up, crane shot, crane, rising shot, 仰拍',
  aerial:
    'aerial, drone, drone shot, bird eye, birds eye, flyover, from above, overhead, top down, 航拍, 俯瞰',
  handheld: 'handheld, hand held, shaky, documentary, found footage, 手持',
  still: 'static, static shot, locked, tripod, still camera, fixed camera, 固定镜头',
};

/** How fast the world moves; the keys are the factors. */
export const SPEEDS: Record<string, string> = {
  '0.4': 'slow motion, slowmo, slow mo, 慢动作, 慢镜头',
  '0.65': 'slow, slowly, gently, leisurely, drifting, lazily, 缓慢, 慢慢',
  '1.6': 'fast, quickly, rapid, rapidly, speeding, racing, rushing, swift, frantic, 快速',
  '4': 'timelapse, time lapse, hyperlapse, fast forward, 延时, 延时摄影',
};

export const SUBJECTS: WordLists<SubjectKind> = {
  person:
    'person, singer, musician, band, pianist, man, woman, girl, boy, child, kid, people, figure, silhouette, samurai, detective, hiker, traveler, traveller, ' +
    'surfer, monk, warrior, knight, soldier, wizard, witch, king, queen, princess, lady, gentleman, pedestrian, walker, ' +
    'stranger, hero, heroine, cowboy, nomad, fisherman, diver, runner, skier, nomad, lady, guy, human, model, 人, 女孩, ' +
    '男孩, 男人, 女人, 少女, 武士, 사람, 소녀',
  dancer: 'dancer, ballerina, dance, ballet, 舞者, 舞蹈, 跳舞',
  couple: 'couple, lover, newlywed, bride, 情侣, 夫妻, 恋人',
  crowd: 'crowd, audience, commuter, pedestrians, festival, parade, 人群, 群众',
  car: 'car, taxi, cab, vehicle, truck, bus, sports car, supercar, traffic, motorcycle, motorbike, ferrari, porsche, tesla, 汽车, 车, 出租车, 跑车, 자동차',
  boat: 'boat, sailboat, canoe, kayak, yacht, gondola, rowboat, raft, fishing boat, 小船, 帆船, 배',
  bird: 'bird, seagull, gull, eagle, crow, raven, swan, duck, goose, owl, dove, pigeon, crane bird, hawk, parrot, 鸟, 海鸥, 鹰, 새',
  fish: 'fish, shark, koi, goldfish, manta, tuna, clownfish, 鱼, 鲨鱼, 물고기',
  whale: 'whale, dolphin, orca, humpback, narwhal, 鲸鱼, 鲸, 海豚, 고래',
  jellyfish: 'jellyfish, medusa, 水母',
  horse: 'horse, unicorn, stallion, pony, mustang, 马, 骏马, 말',
  deer: 'deer, stag, elk, moose, reindeer, doe, fawn, antelope, 鹿, 사슴',
  wolf: 'wolf, fox, husky, coyote, 狼, 狐狸, 늑대',
  cat: 'cat, kitten, tiger, lion, panther, leopard, cheetah, kitty, 猫, 老虎, 狮子, 고양이',
  dog: 'dog, puppy, corgi, retriever, golden retriever, hound, labrador, poodle, 狗, 小狗, 개',
  dragon: 'dragon, wyvern, 龙, 용',
  balloon: 'balloon, hot air balloon, lantern, sky lantern, 气球, 热气球, 灯笼',
  ship: 'ship, pirate ship, ferry, galleon, cargo ship, cruise ship, tanker, frigate, 轮船, 海盗船, 大船',
  rocket: 'rocket, spaceship, spacecraft, starship, shuttle, ufo, missile, satellite, 火箭, 飞船, 로켓',
  astronaut: 'astronaut, cosmonaut, spaceman, spacewalk, 宇航员, 우주비행사',
  tree: 'lone tree, tree, oak, pine, 大树',
  palm: 'palm, palm tree, coconut tree, 棕榈, 椰树, 椰子树',
  castle: 'castle, palace, fortress, 城堡, 宫殿',
  house: 'house, cabin, cottage, hut, home, barn, temple, tent, farm, village, 房子, 小屋, 村庄',
  lighthouse: 'lighthouse, 灯塔, 등대',
  train:
    'train, steam train, steam locomotive, railway, locomotive, tram, subway, metro, monorail, 火车, 地铁, 기차',
  robot: 'robot, android, cyborg, mech, mecha, droid, 机器人, 로봇',
  butterfly: 'butterfly, moth, dragonfly, 蝴蝶, 나비',
  cup: 'cup, mug, coffee, tea, espresso, latte, cappuccino, cup of coffee, cup of tea, 咖啡, 茶, 杯子, 커피',
  bottle: 'bottle, perfume, wine, lotion, serum, cosmetic, water bottle, 香水, 瓶子, 병',
  vase: 'vase, bouquet, vase of flowers, 花瓶, 花束',
  fruit: 'fruit, apple, bowl of fruit, lemon, peach, 水果, 苹果, 과일',
  candle: 'candle, candlelight, 蜡烛, 촛불',
  book: 'book, novel, notebook, 书, 책',
  phone: 'phone, smartphone, iphone, mobile phone, 手机, 휴대폰',
  shoe: 'shoe, sneaker, trainer, boot, running shoe, 鞋, 运动鞋, 신발',
  watch: 'wristwatch, luxury watch, smartwatch, gold watch, 手表, 시계',
  cake: 'cake, cupcake, birthday cake, dessert, 蛋糕, 케이크',
};

/** How near the camera is; the rest follows from the prompt (plan-prompt.ts). */
export const FRAMINGS: WordLists<Plan['framing']> = {
  close:
    'close up, closeup, close up portrait, macro, portrait, headshot, extreme close up, detail shot, 特写, 近景, 微距',
  wide: 'wide shot, wide angle, establishing shot, panorama, panoramic, landscape shot, 全景, 远景, 广角',
};

/** What sort of room, table or person is meant. */
export const SETTINGS: WordLists<Setting> = {
  kitchen: 'kitchen, kitchen table, chef, cooking, 厨房',
  bedroom: 'bedroom, bed, hotel room, 卧室, 床',
  office: 'office, desk, computer, classroom, 办公室',
  library: 'library, bookshelf, bookstore, 图书馆, 书房',
  fireplace: 'fireplace, hearth, 壁炉',
  studio: 'studio, pedestal, podium, plinth, packshot, product shot, product photo, product, 产品, 展台',
  woman:
    'woman, girl, lady, princess, queen, witch, actress, bride, ballerina, heroine, grandmother, mother, 女人, 女孩, 少女, 女性',
  man: 'man, boy, guy, king, prince, gentleman, samurai, cowboy, soldier, warrior, fisherman, monk, grandfather, father, 男人, 男孩, 武士',
  child: 'child, kid, baby, toddler, little girl, little boy, 孩子, 小孩',
  lavender: 'lavender, lavender field, 薰衣草',
  sunflower: 'sunflower, sunflower field, 向日葵',
  poppy: 'poppy, poppy field',
  tulip: 'tulip, tulip field, 郁金香',
  rose: 'rose, rose garden, 玫瑰',
  elder: 'old man, old woman, old, elderly, grandmother, grandfather, elder, 老人, 老人家',
};

/** Colour names to CSS hex. */
export const COLORS: Record<string, string> = {
  '#e5383b': 'red, 红色, 红',
  '#b3123c': 'crimson, scarlet, ruby, burgundy, maroon',
  '#ff8c2b': 'orange, tangerine, 橙色',
  '#ffd23f': 'yellow, lemon, 黄色',
  '#f2b84b': 'gold, golden, amber, honey, 金色',
  '#3fbf6b': 'green, 绿色',
  '#0f9d76': 'emerald, jade',
  '#a8e05f': 'lime',
  '#16c5c0': 'teal, turquoise, 青色',
  '#25d8f5': 'cyan, aqua',
  '#2f6fe4': 'blue, sapphire, azure, 蓝色',
  '#1b2a6b': 'navy, indigo',
  '#8f4ee8': 'purple, 紫色',
  '#b58cf2': 'violet, lavender, lilac',
  '#f03aa8': 'magenta, fuchsia',
  '#ff7eb6': 'pink, rose, cherry blossom, sakura, 樱花, 粉色, 粉红',
  '#f4f1ea': 'white, ivory, 白色',
  '#14151c': 'black, 黑色',
  '#b9c2cf': 'silver, grey, gray, 银色, 灰色',
  '#8a5a35': 'brown, bronze, copper, chocolate, 棕色',
};

/** What a figure does by itself where it is drawn. */
export const ACTIONS: Record<string, string> = {
  walk: 'walk, stroll, wander, 走, 行走, 走路, 散步, 歩く',
  run: 'run, gallop, trot, 跑, 奔跑, 走る',
  fly: 'fly, soar, glide, hover, 飞, 飞过, 飞行, 飞翔, 飛ぶ',
  swim: 'swim, 游, 游过, 游泳, 泳ぐ',
  float: 'float, drift, 漂浮',
  sail: 'sail, cruise, 航行',
  drive: 'drive, ride, 开, 行驶',
};

/** Who is drawn doing it. */
export const ACTORS: Record<string, readonly SubjectKind[]> = {
  walk: ['person', 'couple', 'crowd', 'robot', 'cat', 'dog', 'deer', 'wolf'],
  run: ['horse', 'wolf', 'dog'],
  fly: ['bird', 'butterfly', 'dragon', 'rocket'],
  swim: ['fish', 'whale', 'jellyfish'],
  float: ['astronaut', 'balloon', 'boat', 'jellyfish'],
  sail: ['boat', 'ship'],
  drive: ['car', 'train'],
};

/** How many of the subject that follows. */
export const COUNTS: Record<string, string> = {
  '1': 'one, single, lone, lonely, solitary, 一个, 一只, 一条',
  '2': 'two, pair, both, twin, 两个, 两只, 二',
  '3': 'three, trio, few, 三个, 三只',
  '4': 'four, quartet, band, 四个',
  '5': 'five, village, 村庄, several, some, 五个',
  '6': 'six, group, family, 六个',
  '7': 'seven, many, pack, school, 许多, 很多',
  '8': 'eight, flock, herd, fleet, swarm, hundred, thousand, 一群',
};

/** Words that turn the next ones off. */
export const NEGATIONS = 'no, without, not, never, nobody, 没有';

/** Words that carry no picture and are neither understood nor reported as ignored. */
export const STOP_WORDS =
  'a, an, the, and, or, but, of, in, on, at, to, from, with, by, for, as, is, are, was, be, been, being, it, its, ' +
  'this, that, these, those, there, here, over, under, into, onto, through, across, along, around, near, behind, ' +
  'between, above, below, beside, against, toward, towards, up, down, out, off, while, where, when, which, who, whose, ' +
  'his, her, their, our, my, your, he, she, they, we, you, i, him, them, us, me, so, very, too, just, then, than, ' +
  'like, some, any, all, each, every, other, more, most, less, one, only, also, still, has, have, had, do, does, can, ' +
  'will, would, should, may, might, make, made, go, come, show, showing, see, seen, look, looking, video, clip, film, movie, ' +
  'footage, shot, scene, camera, view, image, picture, frame, please, create, generate, render, animation, animated, ' +
  'high, quality, 4k, 8k, 1080p, 720p, hd, ultra, detailed, style, background, foreground, 的, 在, 和, 一, 了, 着, 里, 上, 下, 中, 个, 地, 与, 是, 有, 小, 正, 正在, が, の, を, に, は, へ, で, と, も';
