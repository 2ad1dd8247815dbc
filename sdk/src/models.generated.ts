// Made from the catalogue by `npm run sdk:types`: what each model takes. A field of pictures, videos or sounds takes an
// address or a Blob, which is uploaded.

/** DreamActor: moves the person, animal or figure of a picture as a clip does, faces and lips too. */
export interface BytedanceDreamactorInput {
  /** The person, animal or figure. */
  image_url: string | Blob;
  /** The clip with the movement, at most 30 seconds. */
  video_url: string | Blob;
  /** Cuts the first second, in which the picture turns into the video. Default: true. */
  trim_first_second?: boolean;
}

/** Seedance 1.0 Lite: 2 to 12 seconds from a first picture, and a last one if wanted. */
export interface BytedanceSeedance10LiteI2vInput {
  /** What happens in the video. */
  prompt?: string;
  /** The first frame, and the last. */
  img_urls: (string | Blob)[];
  /** Default: "720p". */
  resolution?: "480p" | "720p" | "1080p";
  /** auto follows the pictures; with another ratio they are cropped. Default: "auto". */
  aspect_ratio?: "16:9" | "9:16" | "1:1" | "4:3" | "3:4" | "21:9" | "auto";
  /** Length in seconds. Default: 5. */
  duration?: number;
  /** Default: false. */
  camera_fixed?: boolean;
  /** Adds the last frame as a PNG. Default: false. */
  return_last_frame?: boolean;
  /** The same seed gives a similar video; -1 leaves the choice to the model. Default: -1. */
  seed?: number;
}

/** Seedance 1.0 Lite: 2 to 12 seconds from 1 to 4 pictures to refer to. */
export interface BytedanceSeedance10LiteR2vInput {
  /** What happens in the video. */
  prompt: string;
  /** What the video refers to: people, things, places. */
  img_urls: (string | Blob)[];
  /** Default: "720p". */
  resolution?: "480p" | "720p";
  /** Default: "16:9". */
  aspect_ratio?: "16:9" | "9:16" | "1:1" | "4:3" | "3:4" | "21:9";
  /** Length in seconds. Default: 5. */
  duration?: number;
  /** Adds the last frame as a PNG. Default: false. */
  return_last_frame?: boolean;
  /** The same seed gives a similar video; -1 leaves the choice to the model. Default: -1. */
  seed?: number;
}

/** Seedance 1.0 Lite: 2 to 12 seconds from a text. */
export interface BytedanceSeedance10LiteT2vInput {
  /** What the video shows. */
  prompt: string;
  /** Default: "720p". */
  resolution?: "480p" | "720p" | "1080p";
  /** Default: "16:9". */
  aspect_ratio?: "16:9" | "9:16" | "1:1" | "4:3" | "3:4" | "21:9";
  /** Length in seconds. Default: 5. */
  duration?: number;
  /** Default: false. */
  camera_fixed?: boolean;
  /** Adds the last frame as a PNG. Default: false. */
  return_last_frame?: boolean;
  /** The same seed gives a similar video; -1 leaves the choice to the model. Default: -1. */
  seed?: number;
}

/** Seedance 1.0 Pro Fast: 2 to 12 seconds from a first picture. */
export interface BytedanceSeedance10ProFastI2vInput {
  /** What happens in the video. */
  prompt?: string;
  /** The first frame. */
  img_urls: (string | Blob)[];
  /** Default: "720p". */
  resolution?: "480p" | "720p" | "1080p";
  /** auto follows the pictures; with another ratio they are cropped. Default: "auto". */
  aspect_ratio?: "16:9" | "9:16" | "1:1" | "4:3" | "3:4" | "21:9" | "auto";
  /** Length in seconds. Default: 5. */
  duration?: number;
  /** Default: false. */
  camera_fixed?: boolean;
  /** Adds the last frame as a PNG. Default: false. */
  return_last_frame?: boolean;
  /** The same seed gives a similar video; -1 leaves the choice to the model. Default: -1. */
  seed?: number;
}

/** Seedance 1.0 Pro Fast: 2 to 12 seconds from a text. */
export interface BytedanceSeedance10ProFastT2vInput {
  /** What the video shows. */
  prompt: string;
  /** Default: "720p". */
  resolution?: "480p" | "720p" | "1080p";
  /** Default: "16:9". */
  aspect_ratio?: "16:9" | "9:16" | "1:1" | "4:3" | "3:4" | "21:9";
  /** Length in seconds. Default: 5. */
  duration?: number;
  /** Default: false. */
  camera_fixed?: boolean;
  /** Adds the last frame as a PNG. Default: false. */
  return_last_frame?: boolean;
  /** The same seed gives a similar video; -1 leaves the choice to the model. Default: -1. */
  seed?: number;
}

/** Seedance 1.0 Pro: 2 to 12 seconds from a first picture, and a last one if wanted. */
export interface BytedanceSeedance10ProI2vInput {
  /** What happens in the video. */
  prompt?: string;
  /** The first frame, and the last. */
  img_urls: (string | Blob)[];
  /** Default: "720p". */
  resolution?: "480p" | "720p" | "1080p";
  /** auto follows the pictures; with another ratio they are cropped. Default: "auto". */
  aspect_ratio?: "16:9" | "9:16" | "1:1" | "4:3" | "3:4" | "21:9" | "auto";
  /** Length in seconds. Default: 5. */
  duration?: number;
  /** Default: false. */
  camera_fixed?: boolean;
  /** Adds the last frame as a PNG. Default: false. */
  return_last_frame?: boolean;
  /** The same seed gives a similar video; -1 leaves the choice to the model. Default: -1. */
  seed?: number;
}

/** Seedance 1.0 Pro: a video of 2 to 12 seconds from a text. */
export interface BytedanceSeedance10ProT2vInput {
  /** What the video shows. */
  prompt: string;
  /** Default: "720p". */
  resolution?: "480p" | "720p" | "1080p";
  /** Default: "16:9". */
  aspect_ratio?: "16:9" | "9:16" | "1:1" | "4:3" | "3:4" | "21:9";
  /** Length in seconds. Default: 5. */
  duration?: number;
  /** Default: false. */
  camera_fixed?: boolean;
  /** Adds the last frame as a PNG. Default: false. */
  return_last_frame?: boolean;
  /** The same seed gives the same frames; -1 leaves the choice to the model. Default: -1. */
  seed?: number;
}

/** Seedance 1.5 Pro: 4 to 12 seconds from a first picture, and a last one if wanted, with sound if wanted at the same price. */
export interface BytedanceSeedance15ProI2vInput {
  /** What happens in the video. */
  prompt?: string;
  /** The first frame, and the last. */
  img_urls: (string | Blob)[];
  /** Default: "720p". */
  resolution?: "480p" | "720p" | "1080p";
  /** auto follows the pictures; with another ratio they are cropped. Default: "auto". */
  aspect_ratio?: "16:9" | "9:16" | "1:1" | "4:3" | "3:4" | "21:9" | "auto";
  /** Length in seconds. Default: 5. */
  duration?: number;
  /** Makes the sound, too. Default: true. */
  audio?: boolean;
  /** Default: false. */
  camera_fixed?: boolean;
  /** Adds the last frame as a PNG. Default: false. */
  return_last_frame?: boolean;
  /** The same seed gives a similar video; -1 leaves the choice to the model. Default: -1. */
  seed?: number;
}

/** Seedance 1.5 Pro: 4 to 12 seconds from a text, with sound if wanted at the same price. */
export interface BytedanceSeedance15ProT2vInput {
  /** What the video shows. */
  prompt: string;
  /** Default: "720p". */
  resolution?: "480p" | "720p" | "1080p";
  /** auto leaves the choice to the model. Default: "16:9". */
  aspect_ratio?: "16:9" | "9:16" | "1:1" | "4:3" | "3:4" | "21:9" | "auto";
  /** Length in seconds. Default: 5. */
  duration?: number;
  /** Makes the sound, too. Default: true. */
  audio?: boolean;
  /** Default: false. */
  camera_fixed?: boolean;
  /** Adds the last frame as a PNG. Default: false. */
  return_last_frame?: boolean;
  /** The same seed gives a similar video; -1 leaves the choice to the model. Default: -1. */
  seed?: number;
}

/** Seedance 2.0 Fast: 4 to 15 seconds from a first picture, and a last one if wanted, with sound if wanted. */
export interface BytedanceSeedance20FastI2vInput {
  /** What happens in the video. */
  prompt?: string;
  /** The first frame, and the last. */
  img_urls: (string | Blob)[];
  /** Default: "720p". */
  resolution?: "480p" | "720p";
  /** auto follows the pictures; with another ratio they are cropped. Default: "auto". */
  aspect_ratio?: "16:9" | "9:16" | "1:1" | "4:3" | "3:4" | "21:9" | "auto";
  /** Length in seconds. Default: 5. */
  duration?: number;
  /** Makes the sound, too. Default: true. */
  audio?: boolean;
  /** Adds the last frame as a PNG. Default: false. */
  return_last_frame?: boolean;
}

/** Seedance 2.0 Fast: 4 to 15 seconds from pictures, clips and sounds to refer to, with sound if wanted. The estimate leaves room for 15 seconds of clips; what was used is charged. */
export interface BytedanceSeedance20FastR2vInput {
  /** What happens in the video. */
  prompt: string;
  /** What the video refers to: people, things, places. */
  reference_images?: (string | Blob)[];
  /** Clips of 2 to 15 seconds, together at most 15, in MP4 or MOV. */
  reference_videos?: (string | Blob)[];
  /** Sounds of 2 to 15 seconds, together at most 15, in MP3 or WAV; beside a picture or clip. */
  reference_audios?: (string | Blob)[];
  /** Default: "720p". */
  resolution?: "480p" | "720p";
  /** auto follows the pictures; with another ratio they are cropped. Default: "auto". */
  aspect_ratio?: "16:9" | "9:16" | "1:1" | "4:3" | "3:4" | "21:9" | "auto";
  /** Length in seconds. Default: 5. */
  duration?: number;
  /** Makes the sound, too. Default: true. */
  audio?: boolean;
  /** Adds the last frame as a PNG. Default: false. */
  return_last_frame?: boolean;
}

/** Seedance 2.0 Fast: 4 to 15 seconds from a text, with sound if wanted. */
export interface BytedanceSeedance20FastT2vInput {
  /** What the video shows. */
  prompt: string;
  /** Default: "720p". */
  resolution?: "480p" | "720p";
  /** auto leaves the choice to the model. Default: "16:9". */
  aspect_ratio?: "16:9" | "9:16" | "1:1" | "4:3" | "3:4" | "21:9" | "auto";
  /** Length in seconds. Default: 5. */
  duration?: number;
  /** Makes the sound, too. Default: true. */
  audio?: boolean;
  /** Adds the last frame as a PNG. Default: false. */
  return_last_frame?: boolean;
}

/** Seedance 2.0: 4 to 15 seconds from a first picture, and a last one if wanted, with sound if wanted. */
export interface BytedanceSeedance20I2vInput {
  /** What happens in the video. */
  prompt?: string;
  /** The first frame, and the last. */
  img_urls: (string | Blob)[];
  /** Default: "720p". */
  resolution?: "480p" | "720p" | "1080p" | "4k";
  /** auto follows the pictures; with another ratio they are cropped. Default: "auto". */
  aspect_ratio?: "16:9" | "9:16" | "1:1" | "4:3" | "3:4" | "21:9" | "auto";
  /** Length in seconds. Default: 5. */
  duration?: number;
  /** Makes the sound, too. Default: true. */
  audio?: boolean;
  /** Adds the last frame as a PNG. Default: false. */
  return_last_frame?: boolean;
}

/** Seedance 2.0 Mini: 4 to 15 seconds from a first picture, and a last one if wanted, with sound if wanted. */
export interface BytedanceSeedance20MiniI2vInput {
  /** What happens in the video. */
  prompt?: string;
  /** The first frame, and the last. */
  img_urls: (string | Blob)[];
  /** Default: "720p". */
  resolution?: "480p" | "720p";
  /** auto follows the pictures; with another ratio they are cropped. Default: "auto". */
  aspect_ratio?: "16:9" | "9:16" | "1:1" | "4:3" | "3:4" | "21:9" | "auto";
  /** Length in seconds. Default: 5. */
  duration?: number;
  /** Makes the sound, too. Default: true. */
  audio?: boolean;
  /** Adds the last frame as a PNG. Default: false. */
  return_last_frame?: boolean;
}

/** Seedance 2.0 Mini: 4 to 15 seconds from pictures, clips and sounds to refer to, with sound if wanted. The estimate leaves room for 15 seconds of clips; what was used is charged. */
export interface BytedanceSeedance20MiniR2vInput {
  /** What happens in the video. */
  prompt: string;
  /** What the video refers to: people, things, places. */
  reference_images?: (string | Blob)[];
  /** Clips of 2 to 15 seconds, together at most 15, in MP4 or MOV. */
  reference_videos?: (string | Blob)[];
  /** Sounds of 2 to 15 seconds, together at most 15, in MP3 or WAV; beside a picture or clip. */
  reference_audios?: (string | Blob)[];
  /** Default: "720p". */
  resolution?: "480p" | "720p";
  /** auto follows the pictures; with another ratio they are cropped. Default: "auto". */
  aspect_ratio?: "16:9" | "9:16" | "1:1" | "4:3" | "3:4" | "21:9" | "auto";
  /** Length in seconds. Default: 5. */
  duration?: number;
  /** Makes the sound, too. Default: true. */
  audio?: boolean;
  /** Adds the last frame as a PNG. Default: false. */
  return_last_frame?: boolean;
}

/** Seedance 2.0 Mini: 4 to 15 seconds from a text, with sound if wanted. */
export interface BytedanceSeedance20MiniT2vInput {
  /** What the video shows. */
  prompt: string;
  /** Default: "720p". */
  resolution?: "480p" | "720p";
  /** auto leaves the choice to the model. Default: "16:9". */
  aspect_ratio?: "16:9" | "9:16" | "1:1" | "4:3" | "3:4" | "21:9" | "auto";
  /** Length in seconds. Default: 5. */
  duration?: number;
  /** Makes the sound, too. Default: true. */
  audio?: boolean;
  /** Adds the last frame as a PNG. Default: false. */
  return_last_frame?: boolean;
}

/** Seedance 2.0: 4 to 15 seconds from pictures, clips and sounds to refer to, with sound if wanted. The estimate leaves room for 15 seconds of clips; what was used is charged. */
export interface BytedanceSeedance20R2vInput {
  /** What happens in the video. */
  prompt: string;
  /** What the video refers to: people, things, places. */
  reference_images?: (string | Blob)[];
  /** Clips of 2 to 15 seconds, together at most 15, in MP4 or MOV. */
  reference_videos?: (string | Blob)[];
  /** Sounds of 2 to 15 seconds, together at most 15, in MP3 or WAV; beside a picture or clip. */
  reference_audios?: (string | Blob)[];
  /** Default: "720p". */
  resolution?: "480p" | "720p" | "1080p" | "4k";
  /** auto follows the pictures; with another ratio they are cropped. Default: "auto". */
  aspect_ratio?: "16:9" | "9:16" | "1:1" | "4:3" | "3:4" | "21:9" | "auto";
  /** Length in seconds. Default: 5. */
  duration?: number;
  /** Makes the sound, too. Default: true. */
  audio?: boolean;
  /** Adds the last frame as a PNG. Default: false. */
  return_last_frame?: boolean;
}

/** Seedance 2.0: 4 to 15 seconds from a text, with sound if wanted. */
export interface BytedanceSeedance20T2vInput {
  /** What the video shows. */
  prompt: string;
  /** Default: "720p". */
  resolution?: "480p" | "720p" | "1080p" | "4k";
  /** auto leaves the choice to the model. Default: "16:9". */
  aspect_ratio?: "16:9" | "9:16" | "1:1" | "4:3" | "3:4" | "21:9" | "auto";
  /** Length in seconds. Default: 5. */
  duration?: number;
  /** Makes the sound, too. Default: true. */
  audio?: boolean;
  /** Adds the last frame as a PNG. Default: false. */
  return_last_frame?: boolean;
}

/** Seedance 2.5: a video of 4 to 30 seconds from a first picture, and a last one if you like, with sound. */
export interface BytedanceSeedance25I2vInput {
  /** What happens in the video. */
  prompt: string;
  /** Default: "720p". */
  resolution?: "480p" | "720p";
  /** Length in seconds. Default: 5. */
  duration?: number;
  /** Makes the sound, too. Default: true. */
  audio?: boolean;
  /** The first frame, and the last one if you like. */
  img_urls: (string | Blob)[];
}

/** Seedance 2.5: a video of 4 to 30 seconds that refers to pictures, clips and sounds. */
export interface BytedanceSeedance25R2vInput {
  /** What the video shows. */
  prompt: string;
  /** Default: "720p". */
  resolution?: "480p" | "720p";
  /** Length in seconds. Default: 5. */
  duration?: number;
  /** Makes the sound, too. Default: true. */
  audio?: boolean;
  /** People, things and places. */
  reference_images?: (string | Blob)[];
  /** Clips, together at most 30 seconds. */
  reference_videos?: (string | Blob)[];
  /** Sounds, together at most 30 seconds. */
  reference_audios?: (string | Blob)[];
  /** Default: "16:9". */
  aspect_ratio?: "16:9" | "9:16" | "1:1" | "4:3" | "3:4" | "21:9";
}

/** Seedance 2.5: a video of 4 to 30 seconds from a text, with sound. */
export interface BytedanceSeedance25T2vInput {
  /** What the video shows. */
  prompt: string;
  /** Default: "720p". */
  resolution?: "480p" | "720p";
  /** Length in seconds. Default: 5. */
  duration?: number;
  /** Makes the sound, too. Default: true. */
  audio?: boolean;
  /** Default: "16:9". */
  aspect_ratio?: "16:9" | "9:16" | "1:1" | "4:3" | "3:4" | "21:9";
}

/** Seedream 4.0: up to 10 pictures of 1K to 4K from a text, or from a text and up to 10 pictures. */
export interface BytedanceSeedream4Input {
  /** What the picture shows, or what to change in the given ones. */
  prompt: string;
  /** Pictures to edit or to take people, things and styles from. */
  img_urls?: (string | Blob)[];
  /** Default: "1K". */
  resolution?: "1K" | "2K" | "4K";
  /** Default: "16:9". */
  aspect_ratio?: "1:1" | "2:3" | "3:2" | "3:4" | "4:3" | "9:16" | "16:9" | "21:9";
  /** Pictures to make, as a set that belongs together. Fewer may come; each that came is charged. Default: 1. */
  num_outputs?: number;
}

/** Seedream 4.5: up to 15 pictures of 2K or 4K from a text, or from a text and up to 14 pictures. */
export interface BytedanceSeedream45Input {
  /** What the picture shows, or what to change in the given ones. */
  prompt: string;
  /** Pictures to edit or to take people, things and styles from. */
  img_urls?: (string | Blob)[];
  /** Default: "2K". */
  resolution?: "2K" | "4K";
  /** Default: "16:9". */
  aspect_ratio?: "1:1" | "2:3" | "3:2" | "3:4" | "4:3" | "9:16" | "16:9" | "21:9";
  /** Pictures to make, as a set that belongs together. Fewer may come; each that came is charged. Default: 1. */
  num_outputs?: number;
}

/** Seedream 5.0 Lite: up to 15 pictures of 2K or 3K as PNG or JPEG from a text, or from a text and up to 14 pictures. */
export interface BytedanceSeedream5Input {
  /** What the picture shows, or what to change in the given ones. */
  prompt: string;
  /** Pictures to edit or to take people, things and styles from. */
  img_urls?: (string | Blob)[];
  /** Default: "2K". */
  resolution?: "2K" | "3K";
  /** Default: "16:9". */
  aspect_ratio?: "1:1" | "2:3" | "3:2" | "3:4" | "4:3" | "9:16" | "16:9" | "21:9";
  /** Pictures to make, as a set that belongs together. Fewer may come; each that came is charged. Default: 1. */
  num_outputs?: number;
  /** Default: "png". */
  output_format?: "png" | "jpeg";
}

/** Seedream 5 Pro: a picture of 1K or 2K from a text, or from a text and up to ten pictures, with writing in fourteen languages. */
export interface BytedanceSeedream5ProInput {
  /** What the picture shows, or what to change in the given ones. */
  prompt: string;
  /** Pictures to edit or to take people, things and styles from. */
  img_urls?: (string | Blob)[];
  /** Default: "1:1". */
  aspect_ratio?: "1:1" | "4:3" | "3:4" | "16:9" | "9:16" | "3:2" | "2:3" | "21:9";
  /** Default: "2K". */
  resolution?: "1K" | "2K";
  /** Default: "png". */
  output_format?: "png" | "jpeg";
}

/** An effect template applied to photos; bytedance-templates lists the templates. */
export interface BytedanceTemplateInput {
  /** TemplateId of the template list. */
  template_id: string;
  img_urls: (string | Blob)[];
  /** One of the Resolution values of the template. */
  resolution: string;
}

/** Eleven Music: a piece of music from a description, with or without vocals. */
export interface ElevenlabsMusicInput {
  /** The music: style, mood, instruments, and what is sung. */
  prompt: string;
  /** Length in seconds. Default: 30. */
  duration?: 10 | 20 | 30 | 60 | 90 | 120 | 180 | 240 | 300;
  /** No vocals at all. Default: false. */
  instrumental?: boolean;
}

/** Eleven Sound Effects v2: the sound of anything that a text describes. */
export interface ElevenlabsSoundEffectV2Input {
  /** What is heard. */
  text: string;
  /** Length in seconds. Default: 5. */
  duration?: number;
  /** Lets the end lead into the beginning. Default: false. */
  loop?: boolean;
  /** How closely it keeps to the words. Default: 0.3. */
  prompt_influence?: number;
}

/** Eleven Multilingual v2: steady, natural speech in 29 languages. */
export interface ElevenlabsTextToSpeechMultilingualV2Input {
  /** What is spoken. */
  text: string;
  /** Name or id of a voice of ElevenLabs, such as Rachel, Aria, Roger, Sarah, George or Lily. Default: "Rachel". */
  voice?: string;
  /** How even the voice is; less is livelier. Default: 0.5. */
  stability?: number;
  /** How closely it keeps to the voice. Default: 0.75. */
  similarity_boost?: number;
  /** How much the manner of the voice is exaggerated. Default: 0. */
  style?: number;
  /** How fast it is spoken. Default: 1. */
  speed?: number;
  /** The text before this one, if it is a part of a longer one. */
  previous_text?: string;
  /** The text after this one. */
  next_text?: string;
  /** Language of the text, as in ISO 639-1. */
  language_code?: string;
}

/** Eleven Turbo v2.5: speech in 32 languages, at once and for less. */
export interface ElevenlabsTextToSpeechTurbo25Input {
  /** What is spoken. */
  text: string;
  /** Name or id of a voice of ElevenLabs, such as Rachel, Aria, Roger, Sarah, George or Lily. Default: "Rachel". */
  voice?: string;
  /** How even the voice is; less is livelier. Default: 0.5. */
  stability?: number;
  /** How closely it keeps to the voice. Default: 0.75. */
  similarity_boost?: number;
  /** How much the manner of the voice is exaggerated. Default: 0. */
  style?: number;
  /** How fast it is spoken. Default: 1. */
  speed?: number;
  /** The text before this one, if it is a part of a longer one. */
  previous_text?: string;
  /** The text after this one. */
  next_text?: string;
  /** Language of the text, as in ISO 639-1. */
  language_code?: string;
}

/** Eleven v3: expressive speech in seventy languages, with tags such as [whispers] in the text. */
export interface ElevenlabsTextToSpeechV3Input {
  /** What is spoken. */
  text: string;
  /** Name or id of a voice of ElevenLabs, such as Rachel, Aria, Roger, Sarah, George or Lily. Default: "Rachel". */
  voice?: string;
  /** How even the voice is; less is livelier. Default: 0.5. */
  stability?: number;
  /** Language of the text, as in ISO 639-1. */
  language_code?: string;
}

/** FLUX 1.1 pro: a picture of about one megapixel from a text, quickly. */
export interface Flux11ProInput {
  /** What the picture shows. */
  prompt: string;
  /** Default: "1:1". */
  aspect_ratio?: "1:1" | "4:3" | "3:4" | "16:9" | "9:16";
  /** Pictures to make; each that comes is charged. Default: 1. */
  num_outputs?: number;
  /** Default: "jpeg". */
  output_format?: "jpeg" | "png";
  /** The same seed gives the same picture; without it the model chooses. */
  seed?: number;
}

/** FLUX 1.1 pro ultra: a picture of four megapixels from a text; raw looks less polished, more like a photograph. */
export interface Flux11ProUltraInput {
  /** What the picture shows. */
  prompt: string;
  /** Default: "16:9". */
  aspect_ratio?: "21:9" | "16:9" | "4:3" | "3:2" | "1:1" | "2:3" | "3:4" | "9:16" | "9:21";
  /** Pictures to make; each that comes is charged. Default: 1. */
  num_outputs?: number;
  /** Default: "jpeg". */
  output_format?: "jpeg" | "png";
  /** The same seed gives the same picture; without it the model chooses. */
  seed?: number;
  /** Less polished, more like a photograph. Default: false. */
  raw?: boolean;
}

/** FLUX.2 flex: a picture of 1K or 2K from a text, or from a text and up to eight pictures; for typography, with the strength of the prompt and the steps in your hands. */
export interface Flux2FlexInput {
  /** What the picture shows, or what to change in the given ones. */
  prompt: string;
  /** Pictures to edit or to take people, things and styles from. */
  img_urls?: (string | Blob)[];
  /** Auto is the shape of the given pictures. Default: "1:1". */
  aspect_ratio?: "1:1" | "4:3" | "3:4" | "16:9" | "9:16" | "3:2" | "2:3" | "auto";
  /** Default: "1K". */
  resolution?: "1K" | "2K";
  /** Default: "jpeg". */
  output_format?: "jpeg" | "png";
  /** The same seed gives the same picture; without it the model chooses. */
  seed?: number;
  /** How closely the picture keeps to the prompt. Default: 3.5. */
  guidance_scale?: number;
  /** More steps take longer and show more detail. Default: 28. */
  num_inference_steps?: number;
}

/** FLUX.2 max: a picture of 1K or 2K from a text, or from a text and up to eight pictures; the most exact of its family. */
export interface Flux2MaxInput {
  /** What the picture shows, or what to change in the given ones. */
  prompt: string;
  /** Pictures to edit or to take people, things and styles from. */
  img_urls?: (string | Blob)[];
  /** Auto is the shape of the given pictures. Default: "1:1". */
  aspect_ratio?: "1:1" | "4:3" | "3:4" | "16:9" | "9:16" | "3:2" | "2:3" | "auto";
  /** Default: "1K". */
  resolution?: "1K" | "2K";
  /** Default: "jpeg". */
  output_format?: "jpeg" | "png";
  /** The same seed gives the same picture; without it the model chooses. */
  seed?: number;
}

/** FLUX.2 pro: a picture of 1K or 2K from a text, or from a text and up to eight pictures; the usual choice for production. */
export interface Flux2ProInput {
  /** What the picture shows, or what to change in the given ones. */
  prompt: string;
  /** Pictures to edit or to take people, things and styles from. */
  img_urls?: (string | Blob)[];
  /** Auto is the shape of the given pictures. Default: "1:1". */
  aspect_ratio?: "1:1" | "4:3" | "3:4" | "16:9" | "9:16" | "3:2" | "2:3" | "auto";
  /** Default: "1K". */
  resolution?: "1K" | "2K";
  /** Default: "jpeg". */
  output_format?: "jpeg" | "png";
  /** The same seed gives the same picture; without it the model chooses. */
  seed?: number;
}

/** FLUX Kontext max: changes a picture as a text says and keeps the rest, or makes one from a text. */
export interface FluxKontextMaxInput {
  /** What the picture shows, or what to change in the given ones. */
  prompt: string;
  /** The picture to edit. */
  img_urls?: (string | Blob)[];
  /** Without it, the shape of the given picture, else a square. */
  aspect_ratio?: "21:9" | "16:9" | "4:3" | "3:2" | "1:1" | "2:3" | "3:4" | "9:16" | "9:21";
  /** Pictures to make; each that comes is charged. Default: 1. */
  num_outputs?: number;
  /** How closely the picture keeps to the prompt. Default: 3.5. */
  guidance_scale?: number;
  /** Default: "jpeg". */
  output_format?: "jpeg" | "png";
  /** The same seed gives the same picture; without it the model chooses. */
  seed?: number;
}

/** FLUX Kontext pro: changes a picture as a text says and keeps the rest, or makes one from a text. */
export interface FluxKontextProInput {
  /** What the picture shows, or what to change in the given ones. */
  prompt: string;
  /** The picture to edit. */
  img_urls?: (string | Blob)[];
  /** Without it, the shape of the given picture, else a square. */
  aspect_ratio?: "21:9" | "16:9" | "4:3" | "3:2" | "1:1" | "2:3" | "3:4" | "9:16" | "9:21";
  /** Pictures to make; each that comes is charged. Default: 1. */
  num_outputs?: number;
  /** How closely the picture keeps to the prompt. Default: 3.5. */
  guidance_scale?: number;
  /** Default: "jpeg". */
  output_format?: "jpeg" | "png";
  /** The same seed gives the same picture; without it the model chooses. */
  seed?: number;
}

/** Gemini Omni: changes a clip of at most 10 seconds as a text says. */
export interface GoogleGeminiOmniEditInput {
  /** What to change in the clip. */
  prompt: string;
  /** The clip to change, at most 10 seconds. */
  video_url: string | Blob;
  /** Default: "720p". */
  resolution?: "720p" | "1080p" | "4k";
}

/** Gemini Omni: a video of 4 to 10 seconds with sound from a text, or from a text and up to seven pictures. */
export interface GoogleGeminiOmniR2vInput {
  /** What the video shows. */
  prompt: string;
  /** People, things and places that the video shows. */
  img_urls?: (string | Blob)[];
  /** Default: "720p". */
  resolution?: "720p" | "1080p" | "4k";
  /** Default: "16:9". */
  aspect_ratio?: "16:9" | "9:16";
  /** Length in seconds. Default: 6. */
  duration?: 4 | 6 | 8 | 10;
}

/** A picture from a text. Google ended Imagen on 17 August 2026; Nano Banana 2.1 makes the picture. */
export interface GoogleImage4Input {
  /** What the picture shows. */
  prompt: string;
  /** Default: "1:1". */
  aspect_ratio?: "1:1" | "16:9" | "9:16" | "3:4" | "4:3";
  /** The same seed makes similar pictures more likely. */
  seed?: number;
}

/** Lyria 2: half a minute of instrumental music from a text. */
export interface GoogleLyria2Input {
  /** The music: genre, mood, instruments, tempo. */
  prompt: string;
  /** What must not be in it. */
  negative_prompt?: string;
  /** The same seed gives the same music; without it the model chooses. */
  seed?: number;
}

/** A picture of 1K from a text, or from a text and up to 10 pictures. Google ended its first model on 2 October 2026; Nano Banana 2.1 makes the picture. */
export interface GoogleNanoBananaInput {
  /** What the picture shows, or what to change in the given ones. */
  prompt: string;
  /** Pictures to edit, or to take people, things and styles from. */
  img_urls?: (string | Blob)[];
  /** auto leaves the shape to the model. Default: "1:1". */
  aspect_ratio?: "1:1" | "2:3" | "3:2" | "3:4" | "4:3" | "4:5" | "5:4" | "9:16" | "16:9" | "21:9" | "auto";
}

/** A picture of 1K to 4K from a text, or from a text and up to 14 pictures. Google ended its model on 29 October 2026; Nano Banana 2.1 makes the picture. */
export interface GoogleNanoBanana2Input {
  /** What the picture shows, or what to change in the given ones. */
  prompt: string;
  /** Pictures to edit, or to take people, things and styles from. */
  img_urls?: (string | Blob)[];
  /** auto leaves the shape to the model. Default: "auto". */
  aspect_ratio?: "1:1" | "2:3" | "3:2" | "3:4" | "4:3" | "4:5" | "5:4" | "9:16" | "16:9" | "21:9" | "1:4" | "4:1" | "1:8" | "8:1" | "auto";
  /** Default: "1K". */
  resolution?: "1K" | "2K" | "4K";
  /** Lets the model search the web for what it is to show. Default: false. */
  google_search?: boolean;
}

/** A picture of 1K in little time, from a text, or from a text and up to 10 pictures. */
export interface GoogleNanoBanana2LiteInput {
  /** What the picture shows, or what to change in the given ones. */
  prompt: string;
  /** Pictures to edit, or to take people, things and styles from. */
  img_urls?: (string | Blob)[];
  /** auto leaves the shape to the model. Default: "auto". */
  aspect_ratio?: "1:1" | "2:3" | "3:2" | "3:4" | "4:3" | "4:5" | "5:4" | "9:16" | "16:9" | "21:9" | "1:4" | "4:1" | "1:8" | "8:1" | "auto";
}

/** A picture of 1K to 4K from a text, or from a text and up to 14 pictures. Google ended its model on 29 October 2026; Nano Banana 2.1 makes the picture. */
export interface GoogleNanoBanana2V2Input {
  /** What the picture shows, or what to change in the given ones. */
  prompt: string;
  /** Pictures to edit, or to take people, things and styles from. */
  img_urls?: (string | Blob)[];
  /** auto leaves the shape to the model. Default: "auto". */
  aspect_ratio?: "1:1" | "2:3" | "3:2" | "3:4" | "4:3" | "4:5" | "5:4" | "9:16" | "16:9" | "21:9" | "1:4" | "4:1" | "1:8" | "8:1" | "auto";
  /** Default: "1K". */
  resolution?: "1K" | "2K" | "4K";
}

/** A picture of 1K to 4K with precise text, from a text, or from a text and up to 8 pictures. */
export interface GoogleNanoBananaProInput {
  /** What the picture shows, or what to change in the given ones. */
  prompt: string;
  /** Pictures to edit, or to take people, things and styles from. */
  img_urls?: (string | Blob)[];
  /** auto leaves the shape to the model. Default: "1:1". */
  aspect_ratio?: "1:1" | "2:3" | "3:2" | "3:4" | "4:3" | "4:5" | "5:4" | "9:16" | "16:9" | "21:9" | "auto";
  /** Default: "1K". */
  resolution?: "1K" | "2K" | "4K";
}

/** A picture of 1K to 4K with precise text, from a text, or from a text and up to 8 pictures. */
export interface GoogleNanoBananaProV2Input {
  /** What the picture shows, or what to change in the given ones. */
  prompt: string;
  /** Pictures to edit, or to take people, things and styles from. */
  img_urls?: (string | Blob)[];
  /** auto leaves the shape to the model. Default: "1:1". */
  aspect_ratio?: "1:1" | "2:3" | "3:2" | "3:4" | "4:3" | "4:5" | "5:4" | "9:16" | "16:9" | "21:9" | "auto";
  /** Default: "1K". */
  resolution?: "1K" | "2K" | "4K";
}

/** A picture of 1K from a text, or from a text and up to 10 pictures. Google ended its first model on 2 October 2026; Nano Banana 2.1 makes the picture. */
export interface GoogleNanoBananaV2Input {
  /** What the picture shows, or what to change in the given ones. */
  prompt: string;
  /** Pictures to edit, or to take people, things and styles from. */
  img_urls?: (string | Blob)[];
  /** auto leaves the shape to the model. Default: "1:1". */
  aspect_ratio?: "1:1" | "2:3" | "3:2" | "3:4" | "4:3" | "4:5" | "5:4" | "9:16" | "16:9" | "21:9" | "auto";
}

/** Veo 3.1 Fast: a video of 4, 6 or 8 seconds with sound from a first frame, and a last one if given. */
export interface GoogleVeo31FastI2vInput {
  /** What the video shows and sounds like. */
  prompt: string;
  /** The first frame, then the last one if there is to be one. */
  img_urls: (string | Blob)[];
  /** What the video must not show. */
  negative_prompt?: string;
  /** Length in seconds; 1080p and 4k take 8 only. Default: 8. */
  duration?: 4 | 6 | 8;
  /** Default: "720p". */
  resolution?: "720p" | "1080p" | "4k";
  /** Default: "16:9". */
  aspect_ratio?: "16:9" | "9:16";
  /** The same seed makes similar videos more likely. */
  seed?: number;
}

/** Veo 3.1 Fast: a video of 8 seconds with sound that shows what is in up to three pictures. */
export interface GoogleVeo31FastR2vInput {
  /** What the video shows and sounds like. */
  prompt: string;
  /** People, things or styles that the video is to show. */
  img_urls: (string | Blob)[];
  /** What the video must not show. */
  negative_prompt?: string;
  /** Length in seconds. Default: 8. */
  duration?: 8;
  /** Default: "720p". */
  resolution?: "720p" | "1080p" | "4k";
  /** Default: "16:9". */
  aspect_ratio?: "16:9" | "9:16";
  /** The same seed makes similar videos more likely. */
  seed?: number;
}

/** Veo 3.1 Fast: a video of 4, 6 or 8 seconds with sound from a text. */
export interface GoogleVeo31FastT2vInput {
  /** What the video shows and sounds like. */
  prompt: string;
  /** What the video must not show. */
  negative_prompt?: string;
  /** Length in seconds; 1080p and 4k take 8 only. Default: 8. */
  duration?: 4 | 6 | 8;
  /** Default: "720p". */
  resolution?: "720p" | "1080p" | "4k";
  /** Default: "16:9". */
  aspect_ratio?: "16:9" | "9:16";
  /** The same seed makes similar videos more likely. */
  seed?: number;
}

/** Veo 3.1: a video of 4, 6 or 8 seconds with sound from a first frame, and a last one if given. */
export interface GoogleVeo31I2vInput {
  /** What the video shows and sounds like. */
  prompt: string;
  /** The first frame, then the last one if there is to be one. */
  img_urls: (string | Blob)[];
  /** What the video must not show. */
  negative_prompt?: string;
  /** Length in seconds; 1080p and 4k take 8 only. Default: 8. */
  duration?: 4 | 6 | 8;
  /** Default: "720p". */
  resolution?: "720p" | "1080p" | "4k";
  /** Default: "16:9". */
  aspect_ratio?: "16:9" | "9:16";
  /** The same seed makes similar videos more likely. */
  seed?: number;
}

/** Veo 3.1 Lite: a video of 4, 6 or 8 seconds with sound from a first frame, and a last one if given. */
export interface GoogleVeo31LiteI2vInput {
  /** What the video shows and sounds like. */
  prompt: string;
  /** The first frame, then the last one if there is to be one. */
  img_urls: (string | Blob)[];
  /** What the video must not show. */
  negative_prompt?: string;
  /** Length in seconds; 1080p takes 8 only. Default: 8. */
  duration?: 4 | 6 | 8;
  /** Default: "720p". */
  resolution?: "720p" | "1080p";
  /** Default: "16:9". */
  aspect_ratio?: "16:9" | "9:16";
  /** The same seed makes similar videos more likely. */
  seed?: number;
}

/** Veo 3.1 Lite: a video of 8 seconds with sound that shows what is in up to three pictures. */
export interface GoogleVeo31LiteR2vInput {
  /** What the video shows and sounds like. */
  prompt: string;
  /** People, things or styles that the video is to show. */
  img_urls: (string | Blob)[];
  /** What the video must not show. */
  negative_prompt?: string;
  /** Length in seconds. Default: 8. */
  duration?: 8;
  /** Default: "720p". */
  resolution?: "720p" | "1080p";
  /** Default: "16:9". */
  aspect_ratio?: "16:9" | "9:16";
  /** The same seed makes similar videos more likely. */
  seed?: number;
}

/** Veo 3.1 Lite: a video of 4, 6 or 8 seconds with sound from a text. */
export interface GoogleVeo31LiteT2vInput {
  /** What the video shows and sounds like. */
  prompt: string;
  /** What the video must not show. */
  negative_prompt?: string;
  /** Length in seconds; 1080p takes 8 only. Default: 8. */
  duration?: 4 | 6 | 8;
  /** Default: "720p". */
  resolution?: "720p" | "1080p";
  /** Default: "16:9". */
  aspect_ratio?: "16:9" | "9:16";
  /** The same seed makes similar videos more likely. */
  seed?: number;
}

/** Veo 3.1: a video of 4, 6 or 8 seconds with sound from a text. */
export interface GoogleVeo31T2vInput {
  /** What the video shows and sounds like. */
  prompt: string;
  /** What the video must not show. */
  negative_prompt?: string;
  /** Length in seconds; 1080p and 4k take 8 only. Default: 8. */
  duration?: 4 | 6 | 8;
  /** Default: "720p". */
  resolution?: "720p" | "1080p" | "4k";
  /** Default: "16:9". */
  aspect_ratio?: "16:9" | "9:16";
  /** The same seed makes similar videos more likely. */
  seed?: number;
}

/** Grok Imagine 2.0: up to four pictures of 1K or 2K from a text. */
export interface GrokImagineImage20Input {
  /** What the picture shows. */
  prompt: string;
  /** Default: "1:1". */
  aspect_ratio?: "1:1" | "3:2" | "2:3" | "4:3" | "3:4" | "16:9" | "9:16";
  /** Pictures to make; each that comes is charged. Default: 1. */
  num_outputs?: number;
  /** Default: "jpeg". */
  output_format?: "jpeg" | "png" | "webp";
  /** Default: "1K". */
  resolution?: "1K" | "2K";
  /** Default: "low". */
  quality?: "low" | "medium";
}

/** Grok Imagine 1.5: a video of 1 to 15 seconds with sound from a text, a first frame, or up to seven reference pictures. */
export interface GrokImagineVideo15PreviewInput {
  /** What the video shows. */
  prompt: string;
  /** The first frame; several pictures are references. */
  img_urls?: (string | Blob)[];
  /** Default: "720p". */
  resolution?: "480p" | "720p";
  /** Length in seconds. Default: 6. */
  duration?: number;
  /** For a text or several pictures; one picture sets the shape itself. */
  aspect_ratio?: "16:9" | "9:16" | "1:1" | "3:2" | "2:3";
}

/** Grok Imagine: changes up to three pictures as a text says. */
export interface GrokImagineI2iInput {
  /** What to change in the pictures. */
  prompt: string;
  /** Pictures to edit or to take people, things and styles from. */
  img_urls: (string | Blob)[];
  /** Pictures to make; each that comes is charged. Default: 1. */
  num_outputs?: number;
  /** Default: "jpeg". */
  output_format?: "jpeg" | "png" | "webp";
}

/** Grok Imagine: a video of 1 to 15 seconds with sound from a first frame, or from up to seven reference pictures. */
export interface GrokImagineI2vInput {
  /** What happens in the video. */
  prompt: string;
  /** The style; the bolder ones are not offered. Default: "normal". */
  mode?: "normal";
  /** Default: "480p". */
  resolution?: "480p" | "720p";
  /** Length in seconds. Default: 6. */
  duration?: number;
  /** The first frame; several pictures are references. */
  img_urls: (string | Blob)[];
  /** Only for several pictures; one sets the shape itself. */
  aspect_ratio?: "16:9" | "9:16" | "1:1" | "3:2" | "2:3";
}

/** Grok Imagine: up to four pictures from a text. */
export interface GrokImagineT2iInput {
  /** What the picture shows. */
  prompt: string;
  /** Default: "1:1". */
  aspect_ratio?: "1:1" | "3:2" | "2:3" | "4:3" | "3:4" | "16:9" | "9:16";
  /** Pictures to make; each that comes is charged. Default: 1. */
  num_outputs?: number;
  /** Default: "jpeg". */
  output_format?: "jpeg" | "png" | "webp";
}

/** Grok Imagine: a video of 1 to 15 seconds with sound from a text. */
export interface GrokImagineT2vInput {
  /** What the video shows. */
  prompt: string;
  /** The style; the bolder ones are not offered. Default: "normal". */
  mode?: "normal";
  /** Default: "480p". */
  resolution?: "480p" | "720p";
  /** Length in seconds. Default: 6. */
  duration?: number;
  /** Default: "16:9". */
  aspect_ratio?: "16:9" | "9:16" | "1:1" | "3:2" | "2:3";
}

/** HappyHorse 1.0: a video of 3 to 15 seconds with sound from a first picture. */
export interface Happyhorse10I2vInput {
  /** What happens in the video. */
  prompt: string;
  /** Default: "720p". */
  resolution?: "720p" | "1080p";
  /** Length in seconds. Default: 5. */
  duration?: number;
  /** The same seed gives the same result; without it the model chooses. */
  seed?: number;
  /** The first frame. */
  img_urls: (string | Blob)[];
}

/** HappyHorse 1.0: a video of 3 to 15 seconds with sound that shows the people and things of up to nine pictures. */
export interface Happyhorse10R2vInput {
  /** What the video shows. */
  prompt: string;
  /** Default: "720p". */
  resolution?: "720p" | "1080p";
  /** Length in seconds. Default: 5. */
  duration?: number;
  /** The same seed gives the same result; without it the model chooses. */
  seed?: number;
  /** People, things and places; the text calls them character1, character2 and so on. */
  img_urls: (string | Blob)[];
  /** Default: "16:9". */
  aspect_ratio?: "1:1" | "4:3" | "3:4" | "16:9" | "9:16";
}

/** HappyHorse 1.0: a video of 3 to 15 seconds with sound from a text. */
export interface Happyhorse10T2vInput {
  /** What the video shows. */
  prompt: string;
  /** Default: "720p". */
  resolution?: "720p" | "1080p";
  /** Length in seconds. Default: 5. */
  duration?: number;
  /** The same seed gives the same result; without it the model chooses. */
  seed?: number;
  /** Default: "16:9". */
  aspect_ratio?: "1:1" | "4:3" | "3:4" | "16:9" | "9:16";
}

/** HappyHorse 1.0: changes a clip as a text and up to five pictures say; at most 15 seconds come out. */
export interface Happyhorse10VideoEditInput {
  /** What to change in the clip. */
  prompt: string;
  /** The clip to change: 3 to 60 seconds, MP4 or MOV. */
  video_url: string | Blob;
  /** What the change refers to: people, things, styles. */
  img_urls?: (string | Blob)[];
  /** Default: "720p". */
  resolution?: "720p" | "1080p";
  /** Whether the sound of the clip is kept. Default: "auto". */
  audio_setting?: "auto" | "origin";
  /** The same seed gives the same result; without it the model chooses. */
  seed?: number;
}

/** HappyHorse 1.1: a video of 3 to 15 seconds with sound from a first picture. */
export interface Happyhorse11I2vInput {
  /** What happens in the video. */
  prompt: string;
  /** Default: "720p". */
  resolution?: "720p" | "1080p";
  /** Length in seconds. Default: 5. */
  duration?: number;
  /** The same seed gives the same result; without it the model chooses. */
  seed?: number;
  /** The first frame. */
  img_urls: (string | Blob)[];
}

/** HappyHorse 1.1: a video of 3 to 15 seconds with sound that shows the people and things of up to nine pictures. */
export interface Happyhorse11R2vInput {
  /** What the video shows. */
  prompt: string;
  /** Default: "720p". */
  resolution?: "720p" | "1080p";
  /** Length in seconds. Default: 5. */
  duration?: number;
  /** The same seed gives the same result; without it the model chooses. */
  seed?: number;
  /** People, things and places; the text calls them character1, character2 and so on. */
  img_urls: (string | Blob)[];
  /** Default: "16:9". */
  aspect_ratio?: "16:9" | "9:16" | "1:1" | "4:3" | "3:4" | "21:9" | "9:21" | "5:4" | "4:5";
}

/** HappyHorse 1.1: a video of 3 to 15 seconds with sound from a text. */
export interface Happyhorse11T2vInput {
  /** What the video shows. */
  prompt: string;
  /** Default: "720p". */
  resolution?: "720p" | "1080p";
  /** Length in seconds. Default: 5. */
  duration?: number;
  /** The same seed gives the same result; without it the model chooses. */
  seed?: number;
  /** Default: "16:9". */
  aspect_ratio?: "16:9" | "9:16" | "1:1" | "4:3" | "3:4" | "21:9" | "9:21" | "5:4" | "4:5";
}

/** Remove the background: what a picture shows, cut out, as a PNG with transparency. */
export interface ImageBackgroundRemoveInput {
  /** The picture. */
  img_urls: (string | Blob)[];
}

/** Upscale: a picture twice or four times as large, with detail that the model adds. */
export interface ImageUpscaleInput {
  /** The picture. */
  img_urls: (string | Blob)[];
  /** How many times as wide and high. Default: 2. */
  scale_factor?: 2 | 4;
  /** What the picture shows, if it helps. */
  prompt?: string;
  /** What must not be there. */
  negative_prompt?: string;
  /** How much the model may add. Default: 0.35. */
  creativity?: number;
  /** How closely the result keeps to the picture. Default: 0.6. */
  resemblance?: number;
  /** More steps take longer and show more detail. Default: 18. */
  num_inference_steps?: number;
  /** The same seed gives the same picture; without it the model chooses. */
  seed?: number;
}

/** Kling Avatar: a person or figure that speaks or sings a sound of up to 60 seconds. */
export interface KlingAvatarInput {
  /** How the figure behaves. */
  prompt?: string;
  /** The person or figure. */
  image_url: string | Blob;
  /** What it says or sings: MP3, WAV or M4A, at most 60 seconds. */
  audio_url: string | Blob;
  /** Std is 720p, pro is 1080p. Default: "pro". */
  mode?: "std" | "pro";
}

/** An effect template of Kling applied to one picture or two; kling-templates lists the templates. */
export interface KlingTemplateInput {
  /** key of the template list. */
  template_id: string;
  /** As many as the template asks for; of two, the left one first. */
  img_urls: (string | Blob)[];
}

/** Kling 2.1: a video of 5 or 10 seconds in 720p from a first picture. */
export interface KlingV21Input {
  /** What happens in the video. */
  prompt: string;
  /** The first frame. */
  img_urls?: (string | Blob)[];
  /** What must not be there. */
  negative_prompt?: string;
  /** Length in seconds. Default: 5. */
  duration?: 5 | 10;
  /** How closely the video keeps to the prompt. Default: 0.5. */
  cfg_scale?: number;
}

/** Kling 2.1 Master: a video of 5 or 10 seconds in 1080p from a text or a first picture, with the most exact movement of its family. */
export interface KlingV21MasterInput {
  /** What the video shows. */
  prompt: string;
  /** The first frame. */
  img_urls?: (string | Blob)[];
  /** What must not be there. */
  negative_prompt?: string;
  /** Length in seconds. Default: 5. */
  duration?: 5 | 10;
  /** How closely the video keeps to the prompt. Default: 0.5. */
  cfg_scale?: number;
  /** For a text; a picture sets the shape itself. */
  aspect_ratio?: "16:9" | "9:16" | "1:1";
}

/** Kling 2.5 Turbo in 1080p: 5 or 10 seconds from a text, or from a first and a last picture. */
export interface KlingV25TurboProInput {
  /** What the video shows. */
  prompt: string;
  /** What the video must not show. */
  negative_prompt?: string;
  /** The first frame, and the last. With pictures, aspect_ratio counts for nothing: they give it. */
  img_urls?: (string | Blob)[];
  /** Length in seconds. Default: 5. */
  duration?: 5 | 10;
  /** Default: "16:9". */
  aspect_ratio?: "16:9" | "9:16" | "1:1";
  /** Default: "1080p". */
  resolution?: "1080p";
  /** How closely it follows the prompt. Default: 0.5. */
  cfg_scale?: number;
}

/** Kling 2.6: a video of 5 or 10 seconds from a text, a first picture, and a last one if you like; with sound in 1080p. */
export interface KlingV26Input {
  /** What the video shows. */
  prompt: string;
  /** What the video must not show. */
  negative_prompt?: string;
  /** The first frame, and in 1080p the last one if you like. */
  img_urls?: (string | Blob)[];
  /** Std is 720p, pro is 1080p. Default: "std". */
  mode?: "std" | "pro";
  /** Default: "16:9". */
  aspect_ratio?: "16:9" | "9:16" | "1:1";
  /** Length in seconds. Default: 5. */
  duration?: 5 | 10;
  /** Makes the sound, too, in 1080p; without it, less is charged. Default: false. */
  audio?: boolean;
}

/** Kling 2.6 Motion Control: moves the person or figure of a picture as the person of a clip moves. */
export interface KlingV26MotionControlInput {
  /** What else happens in the video. */
  prompt?: string;
  /** The person or figure. */
  img_urls: (string | Blob)[];
  /** The clip with the movement, at most 30 seconds. */
  video_urls: (string | Blob)[];
  /** Whether the figure faces as in the picture (at most 10 seconds) or as in the clip. Default: "image". */
  character_orientation?: "image" | "video";
  /** Std is 720p, pro is 1080p. Default: "pro". */
  mode?: "std" | "pro";
  /** Keeps the sound of the clip. Default: true. */
  keep_original_sound?: boolean;
}

/** Kling 3.0: 3 to 15 seconds from a first picture, and a last one if wanted. */
export interface KlingV3I2vInput {
  /** What happens in the video. Needed, unless multi_prompt lists the shots. */
  prompt?: string;
  /** What the video must not show. */
  negative_prompt?: string;
  /** The first frame, and the last. */
  img_urls: (string | Blob)[];
  /** Default: "720p". */
  resolution?: "720p" | "1080p";
  /** Length in seconds. Default: 5. */
  duration?: number;
  /** Makes the sound, too; without it, less is charged. Default: false. */
  audio?: boolean;
  /** Makes a video of several shots with cuts between them. Default: false. */
  multi_shots?: boolean;
  /** What divides a video of several shots: intelligence is the model itself, by the prompt; customize is multi_prompt. */
  shot_type?: "intelligence" | "customize";
  /** The shots in their order, for the shot_type customize; their lengths add up to duration. */
  multi_prompt?: {
    /** What the shot shows. */
    prompt: string;
    /** Length of the shot in seconds. */
    duration: number;
  }[];
}

/** Kling 3 Motion Control: moves the person or figure of a picture as the person of a clip moves. */
export interface KlingV3MotionControlInput {
  /** What else happens in the video. */
  prompt?: string;
  /** The person or figure. */
  img_urls: (string | Blob)[];
  /** The clip with the movement, at most 30 seconds. */
  video_urls: (string | Blob)[];
  /** Whether the figure faces as in the picture (at most 10 seconds) or as in the clip. Default: "video". */
  character_orientation?: "image" | "video";
  /** Std is 720p, pro is 1080p. Default: "pro". */
  mode?: "std" | "pro";
  /** Keeps the sound of the clip. Default: true. */
  keep_original_sound?: boolean;
}

/** Kling 3.0: 3 to 15 seconds from a text, with sound if wanted. */
export interface KlingV3T2vInput {
  /** What the video shows. Needed, unless multi_prompt lists the shots. */
  prompt?: string;
  /** What the video must not show. */
  negative_prompt?: string;
  /** Default: "720p". */
  resolution?: "720p" | "1080p";
  /** Default: "16:9". */
  aspect_ratio?: "16:9" | "9:16" | "1:1";
  /** Length in seconds. Default: 5. */
  duration?: number;
  /** Makes the sound, too; without it, less is charged. Default: false. */
  audio?: boolean;
  /** Makes a video of several shots with cuts between them. Default: false. */
  multi_shots?: boolean;
  /** What divides a video of several shots: intelligence is the model itself, by the prompt; customize is multi_prompt. */
  shot_type?: "intelligence" | "customize";
  /** The shots in their order, for the shot_type customize; their lengths add up to duration. */
  multi_prompt?: {
    /** What the shot shows. */
    prompt: string;
    /** Length of the shot in seconds. */
    duration: number;
  }[];
}

/** Kling 3 Turbo: a video of 3 to 15 seconds with sound from a text or a first picture, sooner than Kling 3. */
export interface KlingV3TurboInput {
  /** What the video shows. */
  prompt: string;
  /** The first frame. */
  img_urls?: (string | Blob)[];
  /** Default: "720p". */
  resolution?: "720p" | "1080p";
  /** Length in seconds. Default: 5. */
  duration?: number;
}

/** MiniMax H3: 4 to 15 seconds from a first picture, and a last one if wanted, with sound. */
export interface MinimaxH3I2vInput {
  /** What happens in the video, and how it sounds. */
  prompt: string;
  /** The first frame, and the last; they give the aspect ratio. */
  img_urls: (string | Blob)[];
  /** Default: "768p". */
  resolution?: "768p" | "2k";
  /** Length in seconds. Default: 5. */
  duration?: number;
}

/** MiniMax H3: 4 to 15 seconds after pictures and sounds that the prompt refers to. */
export interface MinimaxH3R2vInput {
  /** What the video shows, and how it sounds. */
  prompt: string;
  /** What or who is to be seen. */
  reference_images: (string | Blob)[];
  /** What or who is to be heard: WAV or MP3, 15 seconds together. */
  reference_audios?: (string | Blob)[];
  /** Default: "768p". */
  resolution?: "768p" | "2k";
  /** Default: "auto". */
  aspect_ratio?: "auto" | "16:9" | "9:16" | "1:1" | "4:3" | "3:4" | "21:9";
  /** Length in seconds. Default: 5. */
  duration?: number;
}

/** MiniMax H3: 4 to 15 seconds from a text, with sound. */
export interface MinimaxH3T2vInput {
  /** What the video shows, and how it sounds. */
  prompt: string;
  /** Default: "768p". */
  resolution?: "768p" | "2k";
  /** Default: "16:9". */
  aspect_ratio?: "16:9" | "9:16" | "1:1" | "4:3" | "3:4" | "21:9";
  /** Length in seconds. Default: 5. */
  duration?: number;
}

/** Hailuo 02: 6 or 10 seconds from a first picture, and a last one if wanted. */
export interface MinimaxHailuo02I2vInput {
  /** What happens in the video; [Push in] and the like move the camera. */
  prompt?: string;
  /** The first frame, and the last. */
  img_urls: (string | Blob)[];
  /** Default: "768p". */
  resolution?: "768p" | "1080p";
  /** Length in seconds; 1080p has 6 only. Default: 6. */
  duration?: 6 | 10;
  /** Lets the model improve the prompt. Default: true. */
  prompt_optimizer?: boolean;
}

/** Hailuo 02: 6 or 10 seconds from a text. */
export interface MinimaxHailuo02T2vInput {
  /** What the video shows; [Push in] and the like move the camera. */
  prompt: string;
  /** Default: "768p". */
  resolution?: "768p" | "1080p";
  /** Length in seconds; 1080p has 6 only. Default: 6. */
  duration?: 6 | 10;
  /** Lets the model improve the prompt. Default: true. */
  prompt_optimizer?: boolean;
}

/** Hailuo 2.3 Fast: 6 or 10 seconds from a first picture, sooner and cheaper. */
export interface MinimaxHailuo23FastI2vInput {
  /** What happens in the video; [Push in] and the like move the camera. */
  prompt?: string;
  /** The first frame. */
  img_urls: (string | Blob)[];
  /** Default: "768p". */
  resolution?: "768p" | "1080p";
  /** Length in seconds; 1080p has 6 only. Default: 6. */
  duration?: 6 | 10;
  /** Lets the model improve the prompt. Default: true. */
  prompt_optimizer?: boolean;
}

/** Hailuo 2.3: 6 or 10 seconds from a first picture. */
export interface MinimaxHailuo23I2vInput {
  /** What happens in the video; [Push in] and the like move the camera. */
  prompt?: string;
  /** The first frame. */
  img_urls: (string | Blob)[];
  /** Default: "768p". */
  resolution?: "768p" | "1080p";
  /** Length in seconds; 1080p has 6 only. Default: 6. */
  duration?: 6 | 10;
  /** Lets the model improve the prompt. Default: true. */
  prompt_optimizer?: boolean;
}

/** Hailuo 2.3: 6 or 10 seconds from a text. */
export interface MinimaxHailuo23T2vInput {
  /** What the video shows; [Push in] and the like move the camera. */
  prompt: string;
  /** Default: "768p". */
  resolution?: "768p" | "1080p";
  /** Length in seconds; 1080p has 6 only. Default: 6. */
  duration?: 6 | 10;
  /** Lets the model improve the prompt. Default: true. */
  prompt_optimizer?: boolean;
}

/** MiniMax Music 2.0: a song with vocals from a description and lyrics. */
export interface MinimaxMusic20Input {
  /** The music: style, mood, instruments. */
  prompt: string;
  /** What is sung, a line each; [Verse], [Chorus] and the like name the parts. */
  lyrics: string;
}

/** S2V-01: a video of the person whose face a picture shows. */
export interface MinimaxS2v01R2vInput {
  /** What the person does. */
  prompt: string;
  /** A picture of one face. */
  img_urls: (string | Blob)[];
  /** Lets the model improve the prompt. Default: true. */
  prompt_optimizer?: boolean;
}

/** MiniMax Speech 02 HD: speech in two dozen languages with a steady rhythm. */
export interface MinimaxSpeech02HdInput {
  /** What is spoken; <#0.5#> is a pause of half a second. */
  text: string;
  /** Name of a voice of MiniMax, or of one that the operator's account there has cloned. Default: "Wise_Woman". */
  voice_id?: string;
  /** How fast it is spoken. Default: 1. */
  speed?: number;
  /** How loud it is; 1 is usual. Default: 1. */
  volume?: number;
  /** Half-tones up or down. Default: 0. */
  pitch?: number;
  /** Without it the model hears it from the text. */
  emotion?: "happy" | "sad" | "angry" | "fearful" | "disgusted" | "surprised" | "calm";
  /** The language or dialect that is meant. Default: "auto". */
  language_boost?: "auto" | "Chinese" | "Chinese,Yue" | "English" | "Arabic" | "Russian" | "Spanish" | "French" | "Portuguese" | "German" | "Turkish" | "Dutch" | "Ukrainian" | "Vietnamese" | "Indonesian" | "Japanese" | "Italian" | "Korean" | "Thai" | "Polish" | "Romanian" | "Greek" | "Czech" | "Finnish" | "Hindi";
  /** Reads numbers and dates of an English text more carefully. Default: false. */
  english_normalization?: boolean;
  /** Default: "mp3". */
  format?: "mp3" | "wav";
  /** Samples a second. Default: 32000. */
  sample_rate?: 16000 | 24000 | 32000 | 44100;
}

/** MiniMax Speech 02 Turbo: speech in two dozen languages with a steady rhythm, at once and for less. */
export interface MinimaxSpeech02TurboInput {
  /** What is spoken; <#0.5#> is a pause of half a second. */
  text: string;
  /** Name of a voice of MiniMax, or of one that the operator's account there has cloned. Default: "Wise_Woman". */
  voice_id?: string;
  /** How fast it is spoken. Default: 1. */
  speed?: number;
  /** How loud it is; 1 is usual. Default: 1. */
  volume?: number;
  /** Half-tones up or down. Default: 0. */
  pitch?: number;
  /** Without it the model hears it from the text. */
  emotion?: "happy" | "sad" | "angry" | "fearful" | "disgusted" | "surprised" | "calm";
  /** The language or dialect that is meant. Default: "auto". */
  language_boost?: "auto" | "Chinese" | "Chinese,Yue" | "English" | "Arabic" | "Russian" | "Spanish" | "French" | "Portuguese" | "German" | "Turkish" | "Dutch" | "Ukrainian" | "Vietnamese" | "Indonesian" | "Japanese" | "Italian" | "Korean" | "Thai" | "Polish" | "Romanian" | "Greek" | "Czech" | "Finnish" | "Hindi";
  /** Reads numbers and dates of an English text more carefully. Default: false. */
  english_normalization?: boolean;
  /** Default: "mp3". */
  format?: "mp3" | "wav";
  /** Samples a second. Default: 32000. */
  sample_rate?: 16000 | 24000 | 32000 | 44100;
}

/** MiniMax Speech 2.6 HD: natural speech in some forty languages. */
export interface MinimaxSpeech26HdInput {
  /** What is spoken; <#0.5#> is a pause of half a second. */
  text: string;
  /** Name of a voice of MiniMax, or of one that the operator's account there has cloned. Default: "Wise_Woman". */
  voice_id?: string;
  /** How fast it is spoken. Default: 1. */
  speed?: number;
  /** How loud it is; 1 is usual. Default: 1. */
  volume?: number;
  /** Half-tones up or down. Default: 0. */
  pitch?: number;
  /** Without it the model hears it from the text. */
  emotion?: "happy" | "sad" | "angry" | "fearful" | "disgusted" | "surprised" | "calm";
  /** The language or dialect that is meant. Default: "auto". */
  language_boost?: "auto" | "Chinese" | "Chinese,Yue" | "English" | "Arabic" | "Russian" | "Spanish" | "French" | "Portuguese" | "German" | "Turkish" | "Dutch" | "Ukrainian" | "Vietnamese" | "Indonesian" | "Japanese" | "Italian" | "Korean" | "Thai" | "Polish" | "Romanian" | "Greek" | "Czech" | "Finnish" | "Hindi";
  /** Reads numbers and dates of an English text more carefully. Default: false. */
  english_normalization?: boolean;
  /** Default: "mp3". */
  format?: "mp3" | "wav";
  /** Samples a second. Default: 32000. */
  sample_rate?: 16000 | 24000 | 32000 | 44100;
}

/** MiniMax Speech 2.6 Turbo: natural speech in some forty languages, at once and for less. */
export interface MinimaxSpeech26TurboInput {
  /** What is spoken; <#0.5#> is a pause of half a second. */
  text: string;
  /** Name of a voice of MiniMax, or of one that the operator's account there has cloned. Default: "Wise_Woman". */
  voice_id?: string;
  /** How fast it is spoken. Default: 1. */
  speed?: number;
  /** How loud it is; 1 is usual. Default: 1. */
  volume?: number;
  /** Half-tones up or down. Default: 0. */
  pitch?: number;
  /** Without it the model hears it from the text. */
  emotion?: "happy" | "sad" | "angry" | "fearful" | "disgusted" | "surprised" | "calm";
  /** The language or dialect that is meant. Default: "auto". */
  language_boost?: "auto" | "Chinese" | "Chinese,Yue" | "English" | "Arabic" | "Russian" | "Spanish" | "French" | "Portuguese" | "German" | "Turkish" | "Dutch" | "Ukrainian" | "Vietnamese" | "Indonesian" | "Japanese" | "Italian" | "Korean" | "Thai" | "Polish" | "Romanian" | "Greek" | "Czech" | "Finnish" | "Hindi";
  /** Reads numbers and dates of an English text more carefully. Default: false. */
  english_normalization?: boolean;
  /** Default: "mp3". */
  format?: "mp3" | "wav";
  /** Samples a second. Default: 32000. */
  sample_rate?: 16000 | 24000 | 32000 | 44100;
}

/** MiniMax Speech 2.8 HD: natural speech with sounds such as (laughs) and (sighs) in the text. */
export interface MinimaxSpeech28HdInput {
  /** What is spoken; <#0.5#> is a pause of half a second. */
  text: string;
  /** Name of a voice of MiniMax, or of one that the operator's account there has cloned. Default: "Wise_Woman". */
  voice_id?: string;
  /** How fast it is spoken. Default: 1. */
  speed?: number;
  /** How loud it is; 1 is usual. Default: 1. */
  volume?: number;
  /** Half-tones up or down. Default: 0. */
  pitch?: number;
  /** Without it the model hears it from the text. */
  emotion?: "happy" | "sad" | "angry" | "fearful" | "disgusted" | "surprised" | "calm";
  /** The language or dialect that is meant. Default: "auto". */
  language_boost?: "auto" | "Chinese" | "Chinese,Yue" | "English" | "Arabic" | "Russian" | "Spanish" | "French" | "Portuguese" | "German" | "Turkish" | "Dutch" | "Ukrainian" | "Vietnamese" | "Indonesian" | "Japanese" | "Italian" | "Korean" | "Thai" | "Polish" | "Romanian" | "Greek" | "Czech" | "Finnish" | "Hindi";
  /** Reads numbers and dates of an English text more carefully. Default: false. */
  english_normalization?: boolean;
  /** Default: "mp3". */
  format?: "mp3" | "wav";
  /** Samples a second. Default: 32000. */
  sample_rate?: 16000 | 24000 | 32000 | 44100;
}

/** MiniMax Speech 2.8 Turbo: natural speech with sounds such as (laughs) and (sighs) in the text, at once and for less. */
export interface MinimaxSpeech28TurboInput {
  /** What is spoken; <#0.5#> is a pause of half a second. */
  text: string;
  /** Name of a voice of MiniMax, or of one that the operator's account there has cloned. Default: "Wise_Woman". */
  voice_id?: string;
  /** How fast it is spoken. Default: 1. */
  speed?: number;
  /** How loud it is; 1 is usual. Default: 1. */
  volume?: number;
  /** Half-tones up or down. Default: 0. */
  pitch?: number;
  /** Without it the model hears it from the text. */
  emotion?: "happy" | "sad" | "angry" | "fearful" | "disgusted" | "surprised" | "calm";
  /** The language or dialect that is meant. Default: "auto". */
  language_boost?: "auto" | "Chinese" | "Chinese,Yue" | "English" | "Arabic" | "Russian" | "Spanish" | "French" | "Portuguese" | "German" | "Turkish" | "Dutch" | "Ukrainian" | "Vietnamese" | "Indonesian" | "Japanese" | "Italian" | "Korean" | "Thai" | "Polish" | "Romanian" | "Greek" | "Czech" | "Finnish" | "Hindi";
  /** Reads numbers and dates of an English text more carefully. Default: false. */
  english_normalization?: boolean;
  /** Default: "mp3". */
  format?: "mp3" | "wav";
  /** Samples a second. Default: 32000. */
  sample_rate?: 16000 | 24000 | 32000 | 44100;
}

/** A picture from a text, or from a text and up to 16 pictures. OpenAI has ended GPT Image 1 or ends it on 1 December 2026; GPT Image 2 makes the picture. */
export interface OpenaiGptImage1Input {
  /** What the picture shows, or what to change in the given ones. */
  prompt: string;
  /** Pictures to edit, or to take people, things and styles from. */
  img_urls?: (string | Blob)[];
  /** Default: "1:1". */
  aspect_ratio?: "1:1" | "2:3" | "3:2";
  /** Default: "medium". */
  quality?: "low" | "medium" | "high";
}

/** A picture from a text, or from a text and up to 16 pictures. OpenAI has ended GPT Image 1.5 or ends it on 1 December 2026; GPT Image 2 makes the picture. */
export interface OpenaiGptImage15Input {
  /** What the picture shows, or what to change in the given ones. */
  prompt: string;
  /** Pictures to edit, or to take people, things and styles from. */
  img_urls?: (string | Blob)[];
  /** Default: "1:1". */
  aspect_ratio?: "1:1" | "2:3" | "3:2";
  /** Default: "medium". */
  quality?: "low" | "medium" | "high";
}

/** GPT Image 2 in medium quality: a picture from a text, or from a text and up to 16 pictures. */
export interface OpenaiGptImage2Input {
  /** What the picture shows, or what to change in the given ones. */
  prompt: string;
  /** Pictures to edit, or to take people, things and styles from. */
  img_urls?: (string | Blob)[];
  /** auto leaves the shape to the model. Default: "1:1". */
  aspect_ratio?: "auto" | "1:1" | "3:2" | "2:3" | "4:3" | "3:4" | "5:4" | "4:5" | "16:9" | "9:16" | "2:1" | "1:2" | "3:1" | "1:3" | "21:9" | "9:21";
}

/** GPT Image 2 in up to 4K: a picture from a text, or from a text and up to 14 pictures. */
export interface OpenaiGptImage2PremiumInput {
  /** What the picture shows, or what to change in the given ones. */
  prompt: string;
  /** Pictures to edit, or to take people, things and styles from. */
  img_urls?: (string | Blob)[];
  /** auto leaves the shape to the model. Default: "1:1". */
  aspect_ratio?: "auto" | "1:1" | "3:2" | "2:3" | "4:3" | "3:4" | "5:4" | "4:5" | "16:9" | "9:16" | "2:1" | "1:2" | "3:1" | "1:3" | "21:9" | "9:21";
  /** Default: "2K". */
  resolution?: "1K" | "2K" | "4K";
  /** Default: "high". */
  quality?: "low" | "medium" | "high";
  /** Default: "auto". */
  background?: "auto" | "opaque";
  /** Default: "png". */
  output_format?: "png" | "jpeg" | "webp";
  /** How strictly the service filters what it shows. Default: "low". */
  moderation?: "auto" | "low";
}

/** GPT Image 2 with its quality, background and format to choose: a picture from a text, or from a text and up to 16 pictures. */
export interface OpenaiGptImage2StableInput {
  /** What the picture shows, or what to change in the given ones. */
  prompt: string;
  /** Pictures to edit, or to take people, things and styles from. */
  img_urls?: (string | Blob)[];
  /** auto leaves the shape to the model. Default: "1:1". */
  aspect_ratio?: "auto" | "1:1" | "3:2" | "2:3" | "4:3" | "3:4" | "5:4" | "4:5" | "16:9" | "9:16" | "2:1" | "1:2" | "3:1" | "1:3" | "21:9" | "9:21";
  /** Default: "medium". */
  quality?: "low" | "medium" | "high";
  /** Default: "auto". */
  background?: "auto" | "opaque";
  /** Default: "png". */
  output_format?: "png" | "jpeg" | "webp";
  /** How strictly the service filters what it shows. Default: "low". */
  moderation?: "auto" | "low";
}

/** P-Video Avatar: a person or figure that speaks or sings a sound of up to 60 seconds. */
export interface PrunaaiPVideoAvatarInput {
  /** The person or figure. */
  image_url: string | Blob;
  /** What it says or sings: MP3 or WAV, at most 60 seconds. */
  audio_url: string | Blob;
  /** Default: "720p". */
  resolution?: "720p" | "1080p";
  /** The same seed gives the same result; without it the model chooses. */
  seed?: number;
}

/** Qwen Image: pictures of about one megapixel from a text, with legible writing in them. */
export interface QwenImageInput {
  /** What the picture shows. */
  prompt: string;
  /** What must not be there. */
  negative_prompt?: string;
  /** Default: "1:1". */
  aspect_ratio?: "1:1" | "4:3" | "3:4" | "16:9" | "9:16";
  /** Pictures to make; each that comes is charged. Default: 1. */
  num_outputs?: number;
  /** How closely the picture keeps to the prompt. Default: 2.5. */
  guidance_scale?: number;
  /** More steps take longer and show more detail. Default: 30. */
  num_inference_steps?: number;
  /** Default: "png". */
  output_format?: "png" | "jpeg";
  /** The same seed gives the same picture; without it the model chooses. */
  seed?: number;
}

/** Qwen Image 2.0: pictures from a text, at a small price. */
export interface QwenImage20Input {
  /** What the picture shows. */
  prompt: string;
  /** Default: "16:9". */
  aspect_ratio?: "1:1" | "4:3" | "3:4" | "16:9" | "9:16";
  /** What must not be there. */
  negative_prompt?: string;
  /** Lets the model write the prompt out before it begins. Default: true. */
  prompt_extend?: boolean;
  /** Pictures to make; each that comes is charged. Default: 1. */
  num_outputs?: number;
  /** Default: "png". */
  output_format?: "png" | "jpeg" | "webp";
  /** The same seed gives the same picture; without it the model chooses. */
  seed?: number;
}

/** Qwen Image 2.0 Pro: pictures from a text, with the most detail of its generation. */
export interface QwenImage20ProInput {
  /** What the picture shows. */
  prompt: string;
  /** Default: "16:9". */
  aspect_ratio?: "1:1" | "4:3" | "3:4" | "16:9" | "9:16";
  /** What must not be there. */
  negative_prompt?: string;
  /** Lets the model write the prompt out before it begins. Default: true. */
  prompt_extend?: boolean;
  /** Pictures to make; each that comes is charged. Default: 1. */
  num_outputs?: number;
  /** Default: "png". */
  output_format?: "png" | "jpeg" | "webp";
  /** The same seed gives the same picture; without it the model chooses. */
  seed?: number;
}

/** Qwen Image 3.0: pictures of 1K or 2K from a text, or from a text and up to three pictures; writes long texts without mistakes. */
export interface QwenImage30Input {
  /** What the picture shows, or what to change in the given ones. */
  prompt: string;
  /** Pictures to edit or to take people, things and styles from. */
  img_urls?: (string | Blob)[];
  /** Default: "16:9". */
  aspect_ratio?: "1:1" | "3:2" | "2:3" | "4:3" | "3:4" | "16:9" | "9:16" | "21:9";
  /** Default: "1K". */
  resolution?: "1K" | "2K";
  /** What must not be there. */
  negative_prompt?: string;
  /** Lets the model write the prompt out before it begins. Default: true. */
  prompt_extend?: boolean;
  /** Pictures to make; each that comes is charged. Default: 1. */
  num_outputs?: number;
  /** Default: "png". */
  output_format?: "png" | "jpeg" | "webp";
  /** The same seed gives the same picture; without it the model chooses. */
  seed?: number;
}

/** Qwen Image 3.0 Pro: a picture from a text, or a changed one, with the most exact writing of its family. */
export interface QwenImage30ProInput {
  /** What the picture shows, or what to change in the given ones. */
  prompt: string;
  /** The picture to edit. */
  img_urls?: (string | Blob)[];
  /** What must not be there. */
  negative_prompt?: string;
  /** Default: "16:9". */
  aspect_ratio?: "1:1" | "3:2" | "2:3" | "4:3" | "3:4" | "16:9" | "9:16" | "21:9";
  /** The same seed gives the same picture; without it the model chooses. */
  seed?: number;
}

/** Qwen Image Edit: changes one picture as a text says, the writing in it too. */
export interface QwenImageEditInput {
  /** What to change in the pictures. */
  prompt: string;
  /** The picture to edit. */
  img_urls: (string | Blob)[];
  /** What must not be there. */
  negative_prompt?: string;
  /** Pictures to make; each that comes is charged. Default: 1. */
  num_outputs?: number;
  /** How closely the picture keeps to the prompt. Default: 4. */
  guidance_scale?: number;
  /** More steps take longer and show more detail. Default: 30. */
  num_inference_steps?: number;
  /** Default: "png". */
  output_format?: "png" | "jpeg";
  /** The same seed gives the same picture; without it the model chooses. */
  seed?: number;
}

/** Qwen Image Edit 2.0: changes and joins up to three pictures as a text says. */
export interface QwenImageEdit20Input {
  /** What to change in the pictures. */
  prompt: string;
  /** Pictures to edit or to take people, things and styles from. */
  img_urls: (string | Blob)[];
  /** Without it, the shape of the last picture. */
  aspect_ratio?: "1:1" | "4:3" | "3:4" | "16:9" | "9:16";
  /** What must not be there. */
  negative_prompt?: string;
  /** Lets the model write the prompt out before it begins. Default: true. */
  prompt_extend?: boolean;
  /** Pictures to make; each that comes is charged. Default: 1. */
  num_outputs?: number;
  /** Default: "png". */
  output_format?: "png" | "jpeg" | "webp";
  /** The same seed gives the same picture; without it the model chooses. */
  seed?: number;
}

/** Qwen Image Edit 2.0 Pro: changes and joins up to three pictures as a text says. */
export interface QwenImageEdit20ProInput {
  /** What to change in the pictures. */
  prompt: string;
  /** Pictures to edit or to take people, things and styles from. */
  img_urls: (string | Blob)[];
  /** Without it, the shape of the last picture. */
  aspect_ratio?: "1:1" | "4:3" | "3:4" | "16:9" | "9:16";
  /** What must not be there. */
  negative_prompt?: string;
  /** Lets the model write the prompt out before it begins. Default: true. */
  prompt_extend?: boolean;
  /** Pictures to make; each that comes is charged. Default: 1. */
  num_outputs?: number;
  /** Default: "png". */
  output_format?: "png" | "jpeg" | "webp";
  /** The same seed gives the same picture; without it the model chooses. */
  seed?: number;
}

/** Qwen Image Edit Max: changes and joins up to three pictures as a text says. */
export interface QwenImageEditMaxInput {
  /** What to change in the pictures. */
  prompt: string;
  /** Pictures to edit or to take people, things and styles from. */
  img_urls: (string | Blob)[];
  /** Without it, the shape of the last picture. */
  aspect_ratio?: "1:1" | "4:3" | "3:4" | "16:9" | "9:16";
  /** What must not be there. */
  negative_prompt?: string;
  /** Lets the model write the prompt out before it begins. Default: true. */
  prompt_extend?: boolean;
  /** Pictures to make; each that comes is charged. Default: 1. */
  num_outputs?: number;
  /** Default: "png". */
  output_format?: "png" | "jpeg" | "webp";
  /** The same seed gives the same picture; without it the model chooses. */
  seed?: number;
}

/** Qwen Image Edit Plus: changes and joins up to three pictures as a text says. */
export interface QwenImageEditPlusInput {
  /** What to change in the pictures. */
  prompt: string;
  /** Pictures to edit or to take people, things and styles from. */
  img_urls: (string | Blob)[];
  /** What must not be there. */
  negative_prompt?: string;
  /** Pictures to make; each that comes is charged. Default: 1. */
  num_outputs?: number;
  /** How closely the picture keeps to the prompt. Default: 4. */
  guidance_scale?: number;
  /** More steps take longer and show more detail. Default: 30. */
  num_inference_steps?: number;
  /** Default: "png". */
  output_format?: "png" | "jpeg";
  /** The same seed gives the same picture; without it the model chooses. */
  seed?: number;
}

/** Qwen Image Max: pictures from a text, for print and posters. */
export interface QwenImageMaxInput {
  /** What the picture shows. */
  prompt: string;
  /** Default: "16:9". */
  aspect_ratio?: "1:1" | "4:3" | "3:4" | "16:9" | "9:16";
  /** What must not be there. */
  negative_prompt?: string;
  /** Lets the model write the prompt out before it begins. Default: true. */
  prompt_extend?: boolean;
  /** Pictures to make; each that comes is charged. Default: 1. */
  num_outputs?: number;
  /** Default: "png". */
  output_format?: "png" | "jpeg" | "webp";
  /** The same seed gives the same picture; without it the model chooses. */
  seed?: number;
}

/** Qwen Image Plus: the later revision of Qwen Image, with finer detail and people that look more natural. */
export interface QwenImagePlusInput {
  /** What the picture shows. */
  prompt: string;
  /** What must not be there. */
  negative_prompt?: string;
  /** Default: "1:1". */
  aspect_ratio?: "1:1" | "4:3" | "3:4" | "16:9" | "9:16";
  /** Pictures to make; each that comes is charged. Default: 1. */
  num_outputs?: number;
  /** How closely the picture keeps to the prompt. Default: 2.5. */
  guidance_scale?: number;
  /** More steps take longer and show more detail. Default: 30. */
  num_inference_steps?: number;
  /** Default: "png". */
  output_format?: "png" | "jpeg";
  /** The same seed gives the same picture; without it the model chooses. */
  seed?: number;
}

/** Qwen3 TTS: a text read by one of nine voices, in ten languages. */
export interface Qwen3TtsSpeechSynthesisInput {
  /** What is spoken. */
  text: string;
  /** Who speaks. Default: "Vivian". */
  voice?: "Vivian" | "Serena" | "Uncle_Fu" | "Dylan" | "Eric" | "Ryan" | "Aiden" | "Ono_Anna" | "Sohee";
  /** Language of the text; Auto finds it out. Default: "Auto". */
  language?: "Auto" | "English" | "Chinese" | "Spanish" | "French" | "German" | "Italian" | "Japanese" | "Korean" | "Portuguese" | "Russian";
  /** How it is spoken, such as cheerful or in a whisper. */
  prompt?: string;
}

/** Qwen3 TTS Voice Cloning: a text read by the voice of a recording. For test keys alone: no offer of one call is known. */
export interface Qwen3TtsVoiceCloningInput {
  /** What is spoken. */
  text: string;
  /** A recording of the voice, some seconds long. You need the right to use it. */
  audio_url: string | Blob;
  /** What is said in the recording, if it is known. */
  reference_text?: string;
  /** Language of the text; Auto finds it out. Default: "Auto". */
  language?: "Auto" | "English" | "Chinese" | "Spanish" | "French" | "German" | "Italian" | "Japanese" | "Korean" | "Portuguese" | "Russian";
}

/** Qwen3 TTS Voice Design: a text read by a voice that is made from a description. */
export interface Qwen3TtsVoiceDesignInput {
  /** What is spoken. */
  text: string;
  /** The voice: age, gender, tone, manner. */
  prompt: string;
  /** Language of the text; Auto finds it out. Default: "Auto". */
  language?: "Auto" | "English" | "Chinese" | "Spanish" | "French" | "German" | "Italian" | "Japanese" | "Korean" | "Portuguese" | "Russian";
}

/** The built-in renderer with your pictures: people are cut out and set into a drawn scene. The encoder's binary contains x264 (GPL). */
export interface ReelayDraftR2vInput {
  prompt: string;
  img_urls: (string | Blob)[];
  /** Default: false. */
  audio?: boolean;
  /** Default: "all". */
  audio_type?: "all" | "sound_effect_only";
  /** Default: 5. */
  duration?: number;
  /** Default: "720p". */
  resolution?: "480p" | "720p" | "1080p";
  /** Default: "16:9". */
  aspect_ratio?: "16:9" | "9:16" | "1:1";
  /** Default: "auto". */
  movement_amplitude?: "auto" | "small" | "medium" | "large";
  /** Default: false. */
  camera_fixed?: boolean;
  /** Default: false. */
  return_last_frame?: boolean;
  /** Default: -1. */
  seed?: number;
}

/** The built-in renderer: motion graphics drawn from the words of the prompt, not a generative model. The encoder's binary contains x264 (GPL). */
export interface ReelayDraftT2vInput {
  prompt: string;
  /** Default: "720p". */
  resolution?: "480p" | "720p" | "1080p";
  /** Default: "16:9". */
  aspect_ratio?: "16:9" | "9:16" | "1:1" | "4:3" | "3:4" | "21:9";
  /** Default: 5. */
  duration?: number;
  /** Default: false. */
  camera_fixed?: boolean;
  /** Default: false. */
  return_last_frame?: boolean;
  /** Default: false. */
  audio?: boolean;
  /** Default: "all". */
  audio_type?: "all" | "sound_effect_only";
  /** Default: -1. */
  seed?: number;
}

/** The built-in photo effects, drawn by us from your photos. The encoder's binary contains x264 (GPL). */
export interface ReelayEffectsInput {
  template_id: string;
  img_urls: (string | Blob)[];
  /** Default: "720p". */
  resolution?: "480p" | "720p" | "1080p";
}

/** Runway Aleph: changes a clip as a text says. Runway's API makes it with Aleph 2.0, which took the place of Gen-4 Aleph. */
export interface RunwayGen4AlephInput {
  /** What to change in the clip. */
  prompt: string;
  /** The clip to change, 2 to 30 seconds; the provider fetches it itself and takes https addresses only. */
  video_url: string | Blob;
  /** How the beginning is to look; an https address. */
  img_urls?: (string | Blob)[];
  /** Widens the picture to this ratio; without it, the clip keeps its own. */
  aspect_ratio?: "16:9" | "4:3" | "3:2" | "1:1" | "2:3" | "3:4" | "9:16" | "21:9";
  /** The same seed gives similar results. */
  seed?: number;
}

/** Runway Gen-4.5: a video of 2 to 10 seconds from its first frame. */
export interface RunwayGen45I2vInput {
  /** What the video shows. */
  prompt: string;
  /** The first frame; the provider fetches it itself and takes https addresses only. */
  img_urls: (string | Blob)[];
  /** Length in seconds. Default: 5. */
  duration?: number;
  /** Default: "720p". */
  resolution?: "720p";
  /** Default: "16:9". */
  aspect_ratio?: "16:9" | "9:16" | "1:1" | "4:3" | "3:4" | "21:9";
  /** The same seed gives similar results. */
  seed?: number;
}

/** Runway Gen-4.5: a video of 2 to 10 seconds from a text. */
export interface RunwayGen45T2vInput {
  /** What the video shows. */
  prompt: string;
  /** Length in seconds. Default: 5. */
  duration?: number;
  /** Default: "720p". */
  resolution?: "720p";
  /** Default: "16:9". */
  aspect_ratio?: "16:9" | "9:16";
  /** The same seed gives similar results. */
  seed?: number;
}

/** Runway Gen-4 Turbo: a video of 2 to 10 seconds from its first frame. */
export interface RunwayGen4TurboI2vInput {
  /** What the video shows. */
  prompt?: string;
  /** The first frame; the provider fetches it itself and takes https addresses only. */
  img_urls: (string | Blob)[];
  /** Length in seconds. Default: 5. */
  duration?: number;
  /** Default: "720p". */
  resolution?: "720p";
  /** Default: "16:9". */
  aspect_ratio?: "16:9" | "9:16" | "1:1" | "4:3" | "3:4" | "21:9";
  /** The same seed gives similar results. */
  seed?: number;
}

/** Wan 2.1 1.3B on an engine of the operator's own: a small video of 1 to 5 seconds from a text. */
export interface SelfhostedWan211bT2vInput {
  /** What the video shows. */
  prompt: string;
  /** What the video does not show. */
  negative_prompt?: string;
  /** Default: "480p". */
  resolution?: "480p";
  /** Default: "16:9". */
  aspect_ratio?: "16:9" | "9:16" | "1:1";
  /** Length in seconds. Default: 5. */
  duration?: number;
  /** How closely the video keeps to the prompt. */
  cfg_scale?: number;
  /** The same seed gives the same frames; without one the engine takes any. */
  seed?: number;
}

/** Wan 2.2 A14B on an engine of the operator's own: a picture set in motion for 1 to 5 seconds. */
export interface SelfhostedWan2214bI2vInput {
  /** What the video shows. */
  prompt: string;
  /** The first frame. */
  img_urls: (string | Blob)[];
  /** What the video does not show. */
  negative_prompt?: string;
  /** Default: "480p". */
  resolution?: "480p" | "720p";
  /** Default: "16:9". */
  aspect_ratio?: "16:9" | "9:16" | "1:1";
  /** Length in seconds. Default: 5. */
  duration?: number;
  /** How closely the video keeps to the prompt. */
  cfg_scale?: number;
  /** The same seed gives the same frames; without one the engine takes any. */
  seed?: number;
}

/** Wan 2.2 A14B on an engine of the operator's own: a video of 1 to 5 seconds from a text. */
export interface SelfhostedWan2214bT2vInput {
  /** What the video shows. */
  prompt: string;
  /** What the video does not show. */
  negative_prompt?: string;
  /** Default: "480p". */
  resolution?: "480p" | "720p";
  /** Default: "16:9". */
  aspect_ratio?: "16:9" | "9:16" | "1:1";
  /** Length in seconds. Default: 5. */
  duration?: number;
  /** How closely the video keeps to the prompt. */
  cfg_scale?: number;
  /** The same seed gives the same frames; without one the engine takes any. */
  seed?: number;
}

/** Wan 2.2 5B as a workflow of the operator's own: a picture set in motion for 1 to 5 seconds. */
export interface SelfhostedWan225bI2vInput {
  /** What the video shows. */
  prompt: string;
  /** The first frame. */
  img_urls: (string | Blob)[];
  /** What the video does not show. */
  negative_prompt?: string;
  /** Default: "720p". */
  resolution?: "480p" | "720p";
  /** Default: "16:9". */
  aspect_ratio?: "16:9" | "9:16" | "1:1";
  /** Length in seconds. Default: 5. */
  duration?: number;
  /** How closely the video keeps to the prompt. */
  cfg_scale?: number;
  /** The same seed gives the same frames; -1 takes any. Default: -1. */
  seed?: number;
}

/** Wan 2.2 5B as a workflow of the operator's own: a video of 1 to 5 seconds from a text. */
export interface SelfhostedWan225bT2vInput {
  /** What the video shows. */
  prompt: string;
  /** What the video does not show. */
  negative_prompt?: string;
  /** Default: "720p". */
  resolution?: "480p" | "720p";
  /** Default: "16:9". */
  aspect_ratio?: "16:9" | "9:16" | "1:1";
  /** Length in seconds. Default: 5. */
  duration?: number;
  /** How closely the video keeps to the prompt. */
  cfg_scale?: number;
  /** The same seed gives the same frames; -1 takes any. Default: -1. */
  seed?: number;
}

/** Stable Audio 2.5: music and sound from a text, up to three minutes. */
export interface StabilityStableAudio25Input {
  /** The music or sound: genre, mood, instruments, tempo. */
  prompt: string;
  /** Length in seconds. Default: 30. */
  duration?: number;
  /** How closely it keeps to the prompt. Default: 1. */
  guidance_scale?: number;
  /** More steps take longer and are cleaner. Default: 8. */
  num_inference_steps?: number;
  /** The same seed gives the same music; without it the model chooses. */
  seed?: number;
}

/** Suno Cover: a recording in another style. For test keys alone: Suno has no public API. */
export interface SunoMusicCoverInput {
  /** Simple takes a description, custom a title, tags and lyrics. Default: "simple". */
  mode?: "simple" | "custom";
  /** Version of Suno. Default: "v5". */
  model?: "v5";
  /** The music in words; simple mode. */
  prompt?: string;
  /** What the song is called; custom mode. */
  title?: string;
  /** Style of the music; custom mode. */
  tags?: string;
  /** What is sung; custom mode. */
  lyrics?: string;
  /** No vocals at all. Default: false. */
  instrumental?: boolean;
  /** Who sings. */
  vocal_gender?: "m" | "f";
  /** Styles that must not be in it. */
  negative_tags?: string;
  /** How closely it keeps to the tags. */
  style_weight?: number;
  /** How unusual it may be. */
  weirdness_constraint?: number;
  /** The song that is worked on. */
  audio_url: string | Blob;
  /** How closely it keeps to that song. */
  audio_weight?: number;
}

/** Suno Extend an Upload: a recording goes on. For test keys alone: Suno has no public API. */
export interface SunoMusicExtendUploadInput {
  /** Simple takes a description, custom a title, tags and lyrics. Default: "simple". */
  mode?: "simple" | "custom";
  /** Version of Suno. Default: "v5". */
  model?: "v5";
  /** The music in words; simple mode. */
  prompt?: string;
  /** What the song is called; custom mode. */
  title?: string;
  /** Style of the music; custom mode. */
  tags?: string;
  /** What is sung; custom mode. */
  lyrics?: string;
  /** No vocals at all. Default: false. */
  instrumental?: boolean;
  /** Who sings. */
  vocal_gender?: "m" | "f";
  /** Styles that must not be in it. */
  negative_tags?: string;
  /** How closely it keeps to the tags. */
  style_weight?: number;
  /** How unusual it may be. */
  weirdness_constraint?: number;
  /** The song that is worked on. */
  audio_url: string | Blob;
  /** How closely it keeps to that song. */
  audio_weight?: number;
  /** Second at which the new part begins; custom mode. */
  continue_at?: number;
}

/** Suno: two songs from a description or from lyrics. For test keys alone: Suno has no public API. */
export interface SunoMusicGenerateInput {
  /** Simple takes a description, custom a title, tags and lyrics. Default: "simple". */
  mode?: "simple" | "custom";
  /** Version of Suno. Default: "v5". */
  model?: "v5";
  /** The music in words; simple mode. */
  prompt?: string;
  /** What the song is called; custom mode. */
  title?: string;
  /** Style of the music; custom mode. */
  tags?: string;
  /** What is sung; custom mode. */
  lyrics?: string;
  /** No vocals at all. Default: false. */
  instrumental?: boolean;
  /** Who sings. */
  vocal_gender?: "m" | "f";
  /** Styles that must not be in it. */
  negative_tags?: string;
  /** How closely it keeps to the tags. */
  style_weight?: number;
  /** How unusual it may be. */
  weirdness_constraint?: number;
}

/** Enhance a video: a clip in a larger size, with less noise and clearer edges. */
export interface VideoEnhanceInput {
  /** The clip, at most 60 seconds. */
  video_url: string | Blob;
  /** Pro takes longer and restores more. Default: "std". */
  mode?: "std" | "pro";
  /** How much is changed. Default: "mild". */
  strength?: "mild" | "moderate";
  /** What kind of clip it is. Default: "common". */
  scene?: "common" | "ugc" | "short_series" | "aigc" | "old_film";
  /** Default: "1080p". */
  resolution?: "1080p" | "2k" | "4k";
  /** Frames a second. Default: 30. */
  fps?: 30 | 60;
}

/** Vidu 2.0: a video of 4 or 8 seconds from a first frame; the video has its shape. */
export interface Vidu20I2vInput {
  /** The first frame. */
  img_urls: (string | Blob)[];
  /** What the video shows. */
  prompt?: string;
  /** Length in seconds; 8 has 720p only. Default: 4. */
  duration?: 4 | 8;
  /** Default: "720p". */
  resolution?: "360p" | "720p" | "1080p";
  /** Default: "auto". */
  movement_amplitude?: "auto" | "small" | "medium" | "large";
  /** Adds background music. Default: false. */
  bgm?: boolean;
  /** 0 leaves the choice to the model. Default: 0. */
  seed?: number;
}

/** Vidu Lip Sync: the mouth of the person in a clip follows a recorded voice. */
export interface ViduLipSyncInput {
  /** The clip with one person who faces the camera. */
  video_url: string | Blob;
  /** The recorded voice. */
  audio_url: string | Blob;
}

/** Vidu Q1: five seconds of 1080p from a first frame; the video has its shape. */
export interface ViduQ1I2vInput {
  /** The first frame. */
  img_urls: (string | Blob)[];
  /** What the video shows. */
  prompt?: string;
  /** Default: 5. */
  duration?: 5;
  /** Default: "1080p". */
  resolution?: "1080p";
  /** Default: "auto". */
  movement_amplitude?: "auto" | "small" | "medium" | "large";
  /** Adds background music. Default: false. */
  bgm?: boolean;
  /** 0 leaves the choice to the model. Default: 0. */
  seed?: number;
}

/** Vidu Q1: five seconds of 1080p from a text and one to seven reference pictures. */
export interface ViduQ1R2vInput {
  prompt: string;
  img_urls: (string | Blob)[];
  /** Default: false. */
  audio?: boolean;
  /** Default: "all". */
  audio_type?: "all" | "speech_only" | "sound_effect_only";
  /** Default: 5. */
  duration?: 5;
  /** Default: "1080p". */
  resolution?: "1080p";
  /** Default: "16:9". */
  aspect_ratio?: "16:9" | "9:16" | "1:1";
  /** Default: "auto". */
  movement_amplitude?: "auto" | "small" | "medium" | "large";
  /** Default: "enabled". */
  moderation?: "enabled" | "disabled";
  /** 0 leaves the choice to the model. Default: 0. */
  seed?: number;
}

/** Vidu Q1: five seconds of 1080p between a first and a last frame; the video has their shape. */
export interface ViduQ1Se2vInput {
  /** The first and the last frame, of nearly the same size. */
  img_urls: (string | Blob)[];
  /** What the video shows. */
  prompt?: string;
  /** Default: 5. */
  duration?: 5;
  /** Default: "1080p". */
  resolution?: "1080p";
  /** Default: "auto". */
  movement_amplitude?: "auto" | "small" | "medium" | "large";
  /** Adds background music. Default: false. */
  bgm?: boolean;
  /** 0 leaves the choice to the model. Default: 0. */
  seed?: number;
}

/** Vidu Q1: five seconds of 1080p from a text. */
export interface ViduQ1T2vInput {
  /** What the video shows. */
  prompt: string;
  /** Default: "general". */
  style?: "general" | "anime";
  /** Default: 5. */
  duration?: 5;
  /** Default: "1080p". */
  resolution?: "1080p";
  /** Default: "16:9". */
  aspect_ratio?: "16:9" | "9:16" | "1:1";
  /** Default: "auto". */
  movement_amplitude?: "auto" | "small" | "medium" | "large";
  /** Adds background music. Default: false. */
  bgm?: boolean;
  /** 0 leaves the choice to the model. Default: 0. */
  seed?: number;
}

/** Vidu Q2 Pro: a video of 3 to 10 seconds from a first frame; the video has its shape. */
export interface ViduQ2I2vInput {
  /** The first frame. */
  img_urls: (string | Blob)[];
  /** What the video shows. */
  prompt?: string;
  /** Length in seconds. Default: 5. */
  duration?: number;
  /** Default: "720p". */
  resolution?: "540p" | "720p" | "1080p";
  /** Adds speech and sound. Default: false. */
  audio?: boolean;
  /** Read when audio is true. Default: "all". */
  audio_type?: "all" | "speech_only" | "sound_effect_only";
  /** Adds background music, up to 8 seconds. Default: false. */
  bgm?: boolean;
  /** 0 leaves the choice to the model. Default: 0. */
  seed?: number;
}

/** Vidu Q2 Pro Fast: a video of 3 to 8 seconds between a first and a last frame, sooner and cheaper; the video has their shape. */
export interface ViduQ2ProFastF2vInput {
  /** The first and the last frame, of nearly the same size. */
  img_urls: (string | Blob)[];
  /** What the video shows. */
  prompt?: string;
  /** Length in seconds. Default: 5. */
  duration?: number;
  /** Default: "720p". */
  resolution?: "720p" | "1080p";
  /** Adds background music. Default: false. */
  bgm?: boolean;
  /** 0 leaves the choice to the model. Default: 0. */
  seed?: number;
}

/** Vidu Q2 Pro Fast: a video of 3 to 10 seconds from a first frame, sooner and cheaper; the video has its shape. */
export interface ViduQ2ProFastI2vInput {
  /** The first frame. */
  img_urls: (string | Blob)[];
  /** What the video shows. */
  prompt?: string;
  /** Length in seconds. Default: 5. */
  duration?: number;
  /** Default: "720p". */
  resolution?: "720p" | "1080p";
  /** Adds speech and sound. Default: false. */
  audio?: boolean;
  /** Read when audio is true. Default: "all". */
  audio_type?: "all" | "speech_only" | "sound_effect_only";
  /** Adds background music, up to 8 seconds. Default: false. */
  bgm?: boolean;
  /** 0 leaves the choice to the model. Default: 0. */
  seed?: number;
}

/** Vidu Q2 Pro: a video of 3 to 10 seconds from a text and one to seven reference pictures, of higher quality. */
export interface ViduQ2ProR2vInput {
  /** What the video shows. */
  prompt: string;
  img_urls: (string | Blob)[];
  /** Length in seconds. Default: 5. */
  duration?: number;
  /** Default: "720p". */
  resolution?: "540p" | "720p" | "1080p";
  /** Default: "16:9". */
  aspect_ratio?: "16:9" | "9:16" | "1:1" | "4:3" | "3:4" | "auto";
  /** Adds background music, up to 8 seconds. Default: false. */
  bgm?: boolean;
  /** 0 leaves the choice to the model. Default: 0. */
  seed?: number;
}

/** Vidu Q2: a video of 3 to 10 seconds from a text and one to seven reference pictures. */
export interface ViduQ2R2vInput {
  /** What the video shows. */
  prompt: string;
  img_urls: (string | Blob)[];
  /** Length in seconds. Default: 5. */
  duration?: number;
  /** Default: "720p". */
  resolution?: "540p" | "720p" | "1080p";
  /** Default: "16:9". */
  aspect_ratio?: "16:9" | "9:16" | "1:1" | "4:3" | "3:4" | "auto";
  /** Adds background music, up to 8 seconds. Default: false. */
  bgm?: boolean;
  /** 0 leaves the choice to the model. Default: 0. */
  seed?: number;
}

/** Vidu Q2 Pro: a video of 3 to 8 seconds between a first and a last frame; the video has their shape. */
export interface ViduQ2Se2vInput {
  /** The first and the last frame, of nearly the same size. */
  img_urls: (string | Blob)[];
  /** What the video shows. */
  prompt?: string;
  /** Length in seconds. Default: 5. */
  duration?: number;
  /** Default: "720p". */
  resolution?: "540p" | "720p" | "1080p";
  /** Adds background music. Default: false. */
  bgm?: boolean;
  /** 0 leaves the choice to the model. Default: 0. */
  seed?: number;
}

/** Vidu Q2: a video of 3 to 10 seconds from a text. */
export interface ViduQ2T2vInput {
  /** What the video shows. */
  prompt: string;
  /** Length in seconds. Default: 5. */
  duration?: number;
  /** Default: "720p". */
  resolution?: "540p" | "720p" | "1080p";
  /** Default: "16:9". */
  aspect_ratio?: "16:9" | "9:16" | "1:1" | "4:3" | "3:4";
  /** Adds background music, up to 8 seconds. Default: false. */
  bgm?: boolean;
  /** 0 leaves the choice to the model. Default: 0. */
  seed?: number;
}

/** Vidu Q2 Turbo: a video of 3 to 8 seconds between a first and a last frame, sooner; the video has their shape. */
export interface ViduQ2TurboF2vInput {
  /** The first and the last frame, of nearly the same size. */
  img_urls: (string | Blob)[];
  /** What the video shows. */
  prompt?: string;
  /** Length in seconds. Default: 5. */
  duration?: number;
  /** Default: "720p". */
  resolution?: "540p" | "720p" | "1080p";
  /** Adds background music. Default: false. */
  bgm?: boolean;
  /** 0 leaves the choice to the model. Default: 0. */
  seed?: number;
}

/** Vidu Q2 Turbo: a video of 3 to 10 seconds from a first frame, sooner; the video has its shape. */
export interface ViduQ2TurboI2vInput {
  /** The first frame. */
  img_urls: (string | Blob)[];
  /** What the video shows. */
  prompt?: string;
  /** Length in seconds. Default: 5. */
  duration?: number;
  /** Default: "720p". */
  resolution?: "540p" | "720p" | "1080p";
  /** Adds speech and sound. Default: false. */
  audio?: boolean;
  /** Read when audio is true. Default: "all". */
  audio_type?: "all" | "speech_only" | "sound_effect_only";
  /** Adds background music, up to 8 seconds. Default: false. */
  bgm?: boolean;
  /** 0 leaves the choice to the model. Default: 0. */
  seed?: number;
}

/** Vidu Q3 Pro: a video of 1 to 16 seconds with its sound, from a first frame; the video has its shape. */
export interface ViduQ3I2vInput {
  /** The first frame. */
  img_urls: (string | Blob)[];
  /** What the video shows. */
  prompt?: string;
  /** Length in seconds. Default: 5. */
  duration?: number;
  /** Default: "720p". */
  resolution?: "540p" | "720p" | "1080p";
  /** Speech and sound that fit the picture. Default: true. */
  audio?: boolean;
  /** Read when audio is true. Default: "all". */
  audio_type?: "all" | "speech_only" | "sound_effect_only";
  /** 0 leaves the choice to the model. Default: 0. */
  seed?: number;
}

/** Vidu Q3: a video of 3 to 16 seconds with its sound, from a text and one to seven reference pictures. */
export interface ViduQ3R2vInput {
  /** What the video shows. */
  prompt: string;
  img_urls: (string | Blob)[];
  /** Length in seconds. Default: 5. */
  duration?: number;
  /** Default: "720p". */
  resolution?: "540p" | "720p" | "1080p";
  /** Default: "16:9". */
  aspect_ratio?: "16:9" | "9:16" | "1:1" | "4:3" | "3:4" | "auto";
  /** Speech and sound that fit the picture. Default: true. */
  audio?: boolean;
  /** 0 leaves the choice to the model. Default: 0. */
  seed?: number;
}

/** Vidu Q3 Pro: a video of 1 to 16 seconds with its sound, between a first and a last frame; the video has their shape. */
export interface ViduQ3Se2vInput {
  /** The first and the last frame, of nearly the same size. */
  img_urls: (string | Blob)[];
  /** What the video shows. */
  prompt?: string;
  /** Length in seconds. Default: 5. */
  duration?: number;
  /** Default: "720p". */
  resolution?: "540p" | "720p" | "1080p";
  /** Speech and sound that fit the picture. Default: true. */
  audio?: boolean;
  /** 0 leaves the choice to the model. Default: 0. */
  seed?: number;
}

/** Vidu Q3 Pro: a video of 1 to 16 seconds with its sound, from a text. */
export interface ViduQ3T2vInput {
  /** What the video shows. */
  prompt: string;
  /** Length in seconds. Default: 5. */
  duration?: number;
  /** Default: "720p". */
  resolution?: "540p" | "720p" | "1080p";
  /** Default: "16:9". */
  aspect_ratio?: "16:9" | "9:16" | "1:1" | "4:3" | "3:4";
  /** Speech and sound that fit the picture. Default: true. */
  audio?: boolean;
  /** 0 leaves the choice to the model. Default: 0. */
  seed?: number;
}

/** Vidu Q3 Turbo: a video of 1 to 16 seconds from a first frame, with sound if wanted, sooner and cheaper; the video has its shape. */
export interface ViduQ3TurboI2vInput {
  /** The first frame. */
  img_urls: (string | Blob)[];
  /** What the video shows. */
  prompt?: string;
  /** Length in seconds. Default: 5. */
  duration?: number;
  /** Default: "720p". */
  resolution?: "540p" | "720p" | "1080p";
  /** Speech and sound that fit the picture. Default: true. */
  audio?: boolean;
  /** Read when audio is true. Default: "all". */
  audio_type?: "all" | "speech_only" | "sound_effect_only";
  /** 0 leaves the choice to the model. Default: 0. */
  seed?: number;
}

/** Vidu Q3 Turbo: a video of 1 to 16 seconds from a text, with sound if wanted, sooner and cheaper. */
export interface ViduQ3TurboT2vInput {
  /** What the video shows. */
  prompt: string;
  /** Length in seconds. Default: 5. */
  duration?: number;
  /** Default: "720p". */
  resolution?: "540p" | "720p" | "1080p";
  /** Default: "16:9". */
  aspect_ratio?: "16:9" | "9:16" | "1:1" | "4:3" | "3:4";
  /** Speech and sound that fit the picture. Default: true. */
  audio?: boolean;
  /** 0 leaves the choice to the model. Default: 0. */
  seed?: number;
}

/** An effect template of Vidu applied to pictures; vidu-templates lists the templates. */
export interface ViduTemplateInput {
  /** template of the template list. */
  template: string;
  /** As many as the template asks for. */
  images: (string | Blob)[];
  /** For the templates that take one. */
  prompt?: string;
  /** Where the template allows the choice; without it, its first one. */
  aspect_ratio?: "16:9" | "9:16" | "1:1";
  /** For the template exotic_princess only. */
  area?: "auto" | "denmark" | "uk" | "africa" | "china" | "mexico" | "switzerland" | "russia" | "italy" | "korea" | "thailand" | "india" | "japan";
  /** For the template beast_companion only. */
  beast?: "auto" | "bear" | "tiger" | "elk" | "snake" | "lion" | "wolf";
  /** Adds background music. */
  bgm?: boolean;
  /** 0 leaves the choice to the model. */
  seed?: number;
}

/** Wan 2.2 Animate: moves the person of a picture as the person of a clip moves. */
export interface Wan22AnimateMoveInput {
  /** The person. */
  img_urls: (string | Blob)[];
  /** The clip with the movement, at most 30 seconds. */
  video_urls: (string | Blob)[];
  /** Default: "480p". */
  resolution?: "480p" | "580p" | "720p";
  /** The same seed gives the same result; without it the model chooses. */
  seed?: number;
}

/** Wan 2.2 Animate: puts the person of a picture into a clip, in the place of the one that is there. */
export interface Wan22AnimateReplaceInput {
  /** The person. */
  img_urls: (string | Blob)[];
  /** The clip with the movement, at most 30 seconds. */
  video_urls: (string | Blob)[];
  /** Default: "480p". */
  resolution?: "480p" | "580p" | "720p";
  /** The same seed gives the same result; without it the model chooses. */
  seed?: number;
}

/** Wan 2.5: a video of 5 or 10 seconds from a first picture. */
export interface Wan25PreviewI2vInput {
  /** What happens in the video. */
  prompt: string;
  /** What must not be there. */
  negative_prompt?: string;
  /** Default: "720p". */
  resolution?: "480p" | "720p" | "1080p";
  /** Length in seconds. Default: 5. */
  duration?: 5 | 10;
  /** Lets the model write the prompt out before it begins. Default: true. */
  prompt_extend?: boolean;
  /** Sound that the video follows: MP3 or WAV. */
  audio_url?: string | Blob;
  /** The same seed gives the same result; without it the model chooses. */
  seed?: number;
  /** The first frame. */
  img_urls: (string | Blob)[];
}

/** Wan 2.5: a video of 5 or 10 seconds from a text, with sound that fits. */
export interface Wan25PreviewT2vInput {
  /** What the video shows. */
  prompt: string;
  /** What must not be there. */
  negative_prompt?: string;
  /** Default: "720p". */
  resolution?: "480p" | "720p" | "1080p";
  /** Length in seconds. Default: 5. */
  duration?: 5 | 10;
  /** Lets the model write the prompt out before it begins. Default: true. */
  prompt_extend?: boolean;
  /** Sound that the video follows: MP3 or WAV. */
  audio_url?: string | Blob;
  /** The same seed gives the same result; without it the model chooses. */
  seed?: number;
  /** Default: "16:9". */
  aspect_ratio?: "16:9" | "9:16" | "1:1";
}

/** Wan 2.6: a video of 5, 10 or 15 seconds from a first picture. */
export interface Wan26I2vInput {
  /** What happens in the video. */
  prompt: string;
  /** What must not be there. */
  negative_prompt?: string;
  /** Default: "1080p". */
  resolution?: "720p" | "1080p";
  /** Length in seconds. Default: 5. */
  duration?: 5 | 10 | 15;
  /** Several shots that tell one story. Default: false. */
  multi_shots?: boolean;
  /** Lets the model write the prompt out before it begins. Default: true. */
  prompt_extend?: boolean;
  /** The same seed gives the same result; without it the model chooses. */
  seed?: number;
  /** Sound that the video follows: MP3 or WAV. */
  audio_url?: string | Blob;
  /** The first frame. */
  img_urls: (string | Blob)[];
}

/** Wan 2.6 Image: up to four pictures from a text, or from a text and up to three pictures. */
export interface Wan26ImageInput {
  /** What the picture shows, or what to change in the given ones. */
  prompt: string;
  /** Pictures to edit or to take people, things and styles from. */
  img_urls?: (string | Blob)[];
  /** What must not be there. */
  negative_prompt?: string;
  /** Default: "1:1". */
  aspect_ratio?: "1:1" | "16:9" | "9:16" | "4:3" | "3:4" | "21:9";
  /** Pictures to make; each that comes is charged. Default: 1. */
  num_outputs?: number;
  /** The same seed gives the same picture; without it the model chooses. */
  seed?: number;
}

/** Wan 2.6: a video of 5 or 10 seconds with the people, animals and things of up to three clips. */
export interface Wan26R2vInput {
  /** What the video shows. */
  prompt: string;
  /** What must not be there. */
  negative_prompt?: string;
  /** Default: "1080p". */
  resolution?: "720p" | "1080p";
  /** Length in seconds. Default: 5. */
  duration?: 5 | 10;
  /** Several shots that tell one story. Default: false. */
  multi_shots?: boolean;
  /** Lets the model write the prompt out before it begins. Default: true. */
  prompt_extend?: boolean;
  /** The same seed gives the same result; without it the model chooses. */
  seed?: number;
  /** Clips; the text calls them @Video1, @Video2 and @Video3. */
  video_urls: (string | Blob)[];
  /** Default: "16:9". */
  aspect_ratio?: "16:9" | "9:16" | "1:1" | "4:3" | "3:4";
}

/** Wan 2.6: a video of 5, 10 or 15 seconds from a text, in one shot or several. */
export interface Wan26T2vInput {
  /** What the video shows. */
  prompt: string;
  /** What must not be there. */
  negative_prompt?: string;
  /** Default: "1080p". */
  resolution?: "720p" | "1080p";
  /** Length in seconds. Default: 5. */
  duration?: 5 | 10 | 15;
  /** Several shots that tell one story. Default: false. */
  multi_shots?: boolean;
  /** Lets the model write the prompt out before it begins. Default: true. */
  prompt_extend?: boolean;
  /** The same seed gives the same result; without it the model chooses. */
  seed?: number;
  /** Sound that the video follows: MP3 or WAV. */
  audio_url?: string | Blob;
  /** Default: "16:9". */
  aspect_ratio?: "16:9" | "9:16" | "1:1" | "4:3" | "3:4";
}

/** Wan 2.7: a video of 2 to 15 seconds with sound from a first picture, and a last one if you like. */
export interface Wan27I2vInput {
  /** What happens in the video. */
  prompt: string;
  /** What must not be there. */
  negative_prompt?: string;
  /** Default: "1080p". */
  resolution?: "720p" | "1080p";
  /** Length in seconds. Default: 5. */
  duration?: number;
  /** Lets the model write the prompt out before it begins. Default: true. */
  prompt_extend?: boolean;
  /** Sound that the video follows: MP3 or WAV. */
  audio_url?: string | Blob;
  /** The same seed gives the same result; without it the model chooses. */
  seed?: number;
  /** The first frame, and the last one if you like. */
  img_urls: (string | Blob)[];
}

/** Wan 2.7 Image: up to four pictures from a text, or from a text and up to four pictures. */
export interface Wan27ImageInput {
  /** What the picture shows, or what to change in the given ones. */
  prompt: string;
  /** Pictures to edit or to take people, things and styles from. */
  img_urls?: (string | Blob)[];
  /** What must not be there. */
  negative_prompt?: string;
  /** Default: "1:1". */
  aspect_ratio?: "1:1" | "16:9" | "9:16" | "4:3" | "3:4" | "21:9";
  /** Pictures to make; each that comes is charged. Default: 1. */
  num_outputs?: number;
  /** The same seed gives the same picture; without it the model chooses. */
  seed?: number;
}

/** Wan 2.7 Image Pro: up to four pictures from a text, or from a text and up to four pictures. */
export interface Wan27ImageProInput {
  /** What the picture shows, or what to change in the given ones. */
  prompt: string;
  /** Pictures to edit or to take people, things and styles from. */
  img_urls?: (string | Blob)[];
  /** What must not be there. */
  negative_prompt?: string;
  /** Default: "1:1". */
  aspect_ratio?: "1:1" | "16:9" | "9:16" | "4:3" | "3:4" | "21:9";
  /** Pictures to make; each that comes is charged. Default: 1. */
  num_outputs?: number;
  /** The same seed gives the same picture; without it the model chooses. */
  seed?: number;
}

/** Wan 2.7: a video of 2 to 10 seconds with the people and things of up to four pictures and four clips. */
export interface Wan27R2vInput {
  /** What the video shows. */
  prompt: string;
  /** People, things and places. */
  reference_images?: (string | Blob)[];
  /** Clips of people and things, with their movements. */
  reference_videos?: (string | Blob)[];
  /** What must not be there. */
  negative_prompt?: string;
  /** Default: "1080p". */
  resolution?: "720p" | "1080p";
  /** Default: "16:9". */
  aspect_ratio?: "16:9" | "9:16" | "1:1" | "4:3" | "3:4";
  /** Length in seconds. Default: 5. */
  duration?: number;
  /** Several shots that tell one story. Default: false. */
  multi_shots?: boolean;
  /** The same seed gives the same result; without it the model chooses. */
  seed?: number;
}

/** Wan 2.7: a video of 2 to 15 seconds with sound from a text. */
export interface Wan27T2vInput {
  /** What the video shows. */
  prompt: string;
  /** What must not be there. */
  negative_prompt?: string;
  /** Default: "1080p". */
  resolution?: "720p" | "1080p";
  /** Length in seconds. Default: 5. */
  duration?: number;
  /** Lets the model write the prompt out before it begins. Default: true. */
  prompt_extend?: boolean;
  /** Sound that the video follows: MP3 or WAV. */
  audio_url?: string | Blob;
  /** The same seed gives the same result; without it the model chooses. */
  seed?: number;
  /** Default: "16:9". */
  aspect_ratio?: "16:9" | "9:16" | "1:1" | "4:3" | "3:4";
}

/** Wan 2.7: changes a clip of 2 to 10 seconds as a text says, with a picture to follow if you like. */
export interface Wan27VideoEditInput {
  /** What to change in the clip. */
  prompt: string;
  /** The clip to change: 2 to 10 seconds, MP4 or MOV. */
  video_url: string | Blob;
  /** What the change follows: a person, a thing, a style. */
  img_urls?: (string | Blob)[];
  /** Default: "1080p". */
  resolution?: "720p" | "1080p";
  /** Without it, the shape of the clip. */
  aspect_ratio?: "16:9" | "9:16" | "1:1" | "4:3" | "3:4";
  /** Length in seconds; 0 is the whole clip. Default: 0. */
  duration?: number;
  /** Whether the sound of the clip is kept. Default: "auto". */
  audio_setting?: "auto" | "origin";
  /** The same seed gives the same result; without it the model chooses. */
  seed?: number;
}

/** Wan 2.2: a video of 5 to 7 seconds from a first picture, a text, and a last picture if you like. */
export interface WanV22I2vInput {
  /** What happens in the video. */
  prompt: string;
  /** The first frame, and the last one if you like. */
  img_urls: (string | Blob)[];
  /** Default: "480p". */
  resolution?: "480p" | "720p";
  /** Length in seconds. Default: 5. */
  duration?: 5 | 6 | 7;
  /** The same seed gives the same frames; without it the model chooses. */
  seed?: number;
}

/** Wan 2.2: a video of 5 to 7 seconds from a text. */
export interface WanV22T2vInput {
  /** What the video shows. */
  prompt: string;
  /** Default: "480p". */
  resolution?: "480p" | "720p";
  /** Default: "16:9". */
  aspect_ratio?: "16:9" | "9:16";
  /** Length in seconds. Default: 5. */
  duration?: 5 | 6 | 7;
  /** The same seed gives the same frames; without it the model chooses. */
  seed?: number;
}

/** Z-Image: a picture from a text within seconds, at the smallest price. */
export interface ZImageInput {
  /** What the picture shows. */
  prompt: string;
  /** Default: "1:1". */
  aspect_ratio?: "1:1" | "4:3" | "3:4" | "16:9" | "9:16";
  /** Pictures to make; each that comes is charged. Default: 1. */
  num_outputs?: number;
  /** Default: "png". */
  output_format?: "png" | "jpeg" | "webp";
  /** The same seed gives the same picture; without it the model chooses. */
  seed?: number;
}

/** The input of each model of the catalogue, by its name. */
export interface ModelInputs {
  "bytedance/dreamactor": BytedanceDreamactorInput;
  "bytedance/seedance1-0-lite-i2v": BytedanceSeedance10LiteI2vInput;
  "bytedance/seedance1-0-lite-r2v": BytedanceSeedance10LiteR2vInput;
  "bytedance/seedance1-0-lite-t2v": BytedanceSeedance10LiteT2vInput;
  "bytedance/seedance1-0-pro-fast-i2v": BytedanceSeedance10ProFastI2vInput;
  "bytedance/seedance1-0-pro-fast-t2v": BytedanceSeedance10ProFastT2vInput;
  "bytedance/seedance1-0-pro-i2v": BytedanceSeedance10ProI2vInput;
  "bytedance/seedance1-0-pro-t2v": BytedanceSeedance10ProT2vInput;
  "bytedance/seedance1-5-pro-i2v": BytedanceSeedance15ProI2vInput;
  "bytedance/seedance1-5-pro-t2v": BytedanceSeedance15ProT2vInput;
  "bytedance/seedance2-0-fast-i2v": BytedanceSeedance20FastI2vInput;
  "bytedance/seedance2-0-fast-r2v": BytedanceSeedance20FastR2vInput;
  "bytedance/seedance2-0-fast-t2v": BytedanceSeedance20FastT2vInput;
  "bytedance/seedance2-0-i2v": BytedanceSeedance20I2vInput;
  "bytedance/seedance2-0-mini-i2v": BytedanceSeedance20MiniI2vInput;
  "bytedance/seedance2-0-mini-r2v": BytedanceSeedance20MiniR2vInput;
  "bytedance/seedance2-0-mini-t2v": BytedanceSeedance20MiniT2vInput;
  "bytedance/seedance2-0-r2v": BytedanceSeedance20R2vInput;
  "bytedance/seedance2-0-t2v": BytedanceSeedance20T2vInput;
  "bytedance/seedance2-5-i2v": BytedanceSeedance25I2vInput;
  "bytedance/seedance2-5-r2v": BytedanceSeedance25R2vInput;
  "bytedance/seedance2-5-t2v": BytedanceSeedance25T2vInput;
  "bytedance/seedream-4": BytedanceSeedream4Input;
  "bytedance/seedream-4-5": BytedanceSeedream45Input;
  "bytedance/seedream-5": BytedanceSeedream5Input;
  "bytedance/seedream-5-pro": BytedanceSeedream5ProInput;
  "bytedance/template": BytedanceTemplateInput;
  "elevenlabs/music": ElevenlabsMusicInput;
  "elevenlabs/sound-effect-v2": ElevenlabsSoundEffectV2Input;
  "elevenlabs/text-to-speech-multilingual-v2": ElevenlabsTextToSpeechMultilingualV2Input;
  "elevenlabs/text-to-speech-turbo-2-5": ElevenlabsTextToSpeechTurbo25Input;
  "elevenlabs/text-to-speech-v3": ElevenlabsTextToSpeechV3Input;
  "flux-1-1-pro": Flux11ProInput;
  "flux-1-1-pro-ultra": Flux11ProUltraInput;
  "flux-2-flex": Flux2FlexInput;
  "flux-2-max": Flux2MaxInput;
  "flux-2-pro": Flux2ProInput;
  "flux-kontext-max": FluxKontextMaxInput;
  "flux-kontext-pro": FluxKontextProInput;
  "google/gemini-omni-edit": GoogleGeminiOmniEditInput;
  "google/gemini-omni-r2v": GoogleGeminiOmniR2vInput;
  "google/image-4": GoogleImage4Input;
  "google/lyria-2": GoogleLyria2Input;
  "google/nano-banana": GoogleNanoBananaInput;
  "google/nano-banana-2": GoogleNanoBanana2Input;
  "google/nano-banana-2-lite": GoogleNanoBanana2LiteInput;
  "google/nano-banana-2-v2": GoogleNanoBanana2V2Input;
  "google/nano-banana-pro": GoogleNanoBananaProInput;
  "google/nano-banana-pro-v2": GoogleNanoBananaProV2Input;
  "google/nano-banana-v2": GoogleNanoBananaV2Input;
  "google/veo3-1-fast-i2v": GoogleVeo31FastI2vInput;
  "google/veo3-1-fast-r2v": GoogleVeo31FastR2vInput;
  "google/veo3-1-fast-t2v": GoogleVeo31FastT2vInput;
  "google/veo3-1-i2v": GoogleVeo31I2vInput;
  "google/veo3-1-lite-i2v": GoogleVeo31LiteI2vInput;
  "google/veo3-1-lite-r2v": GoogleVeo31LiteR2vInput;
  "google/veo3-1-lite-t2v": GoogleVeo31LiteT2vInput;
  "google/veo3-1-t2v": GoogleVeo31T2vInput;
  "grok-imagine-image-2.0": GrokImagineImage20Input;
  "grok-imagine-video-1.5-preview": GrokImagineVideo15PreviewInput;
  "grok-imagine/i2i": GrokImagineI2iInput;
  "grok-imagine/i2v": GrokImagineI2vInput;
  "grok-imagine/t2i": GrokImagineT2iInput;
  "grok-imagine/t2v": GrokImagineT2vInput;
  "happyhorse-1-0-i2v": Happyhorse10I2vInput;
  "happyhorse-1-0-r2v": Happyhorse10R2vInput;
  "happyhorse-1-0-t2v": Happyhorse10T2vInput;
  "happyhorse-1-0-video-edit": Happyhorse10VideoEditInput;
  "happyhorse-1-1-i2v": Happyhorse11I2vInput;
  "happyhorse-1-1-r2v": Happyhorse11R2vInput;
  "happyhorse-1-1-t2v": Happyhorse11T2vInput;
  "image-background-remove": ImageBackgroundRemoveInput;
  "image-upscale": ImageUpscaleInput;
  "kling/avatar": KlingAvatarInput;
  "kling/template": KlingTemplateInput;
  "kling/v2-1": KlingV21Input;
  "kling/v2-1-master": KlingV21MasterInput;
  "kling/v2-5-turbo-pro": KlingV25TurboProInput;
  "kling/v2-6": KlingV26Input;
  "kling/v2-6-motion-control": KlingV26MotionControlInput;
  "kling/v3-i2v": KlingV3I2vInput;
  "kling/v3-motion-control": KlingV3MotionControlInput;
  "kling/v3-t2v": KlingV3T2vInput;
  "kling/v3-turbo": KlingV3TurboInput;
  "minimax/h3-i2v": MinimaxH3I2vInput;
  "minimax/h3-r2v": MinimaxH3R2vInput;
  "minimax/h3-t2v": MinimaxH3T2vInput;
  "minimax/hailuo02-i2v": MinimaxHailuo02I2vInput;
  "minimax/hailuo02-t2v": MinimaxHailuo02T2vInput;
  "minimax/hailuo2-3-fast-i2v": MinimaxHailuo23FastI2vInput;
  "minimax/hailuo2-3-i2v": MinimaxHailuo23I2vInput;
  "minimax/hailuo2-3-t2v": MinimaxHailuo23T2vInput;
  "minimax/music-2.0": MinimaxMusic20Input;
  "minimax/s2v01-r2v": MinimaxS2v01R2vInput;
  "minimax/speech-02-hd": MinimaxSpeech02HdInput;
  "minimax/speech-02-turbo": MinimaxSpeech02TurboInput;
  "minimax/speech-2.6-hd": MinimaxSpeech26HdInput;
  "minimax/speech-2.6-turbo": MinimaxSpeech26TurboInput;
  "minimax/speech-2.8-hd": MinimaxSpeech28HdInput;
  "minimax/speech-2.8-turbo": MinimaxSpeech28TurboInput;
  "openai/gpt-image-1": OpenaiGptImage1Input;
  "openai/gpt-image-1-5": OpenaiGptImage15Input;
  "openai/gpt-image-2": OpenaiGptImage2Input;
  "openai/gpt-image-2-premium": OpenaiGptImage2PremiumInput;
  "openai/gpt-image-2-stable": OpenaiGptImage2StableInput;
  "prunaai/p-video-avatar": PrunaaiPVideoAvatarInput;
  "qwen-image": QwenImageInput;
  "qwen-image-2.0": QwenImage20Input;
  "qwen-image-2.0-pro": QwenImage20ProInput;
  "qwen-image-3.0": QwenImage30Input;
  "qwen-image-3.0-pro": QwenImage30ProInput;
  "qwen-image-edit": QwenImageEditInput;
  "qwen-image-edit-2.0": QwenImageEdit20Input;
  "qwen-image-edit-2.0-pro": QwenImageEdit20ProInput;
  "qwen-image-edit-max": QwenImageEditMaxInput;
  "qwen-image-edit-plus": QwenImageEditPlusInput;
  "qwen-image-max": QwenImageMaxInput;
  "qwen-image-plus": QwenImagePlusInput;
  "qwen3-tts/speech-synthesis": Qwen3TtsSpeechSynthesisInput;
  "qwen3-tts/voice-cloning": Qwen3TtsVoiceCloningInput;
  "qwen3-tts/voice-design": Qwen3TtsVoiceDesignInput;
  "reelay/draft-r2v": ReelayDraftR2vInput;
  "reelay/draft-t2v": ReelayDraftT2vInput;
  "reelay/effects": ReelayEffectsInput;
  "runway/gen-4-aleph": RunwayGen4AlephInput;
  "runway/gen4-5-i2v": RunwayGen45I2vInput;
  "runway/gen4-5-t2v": RunwayGen45T2vInput;
  "runway/gen4-turbo-i2v": RunwayGen4TurboI2vInput;
  "selfhosted/wan2-1-1b-t2v": SelfhostedWan211bT2vInput;
  "selfhosted/wan2-2-14b-i2v": SelfhostedWan2214bI2vInput;
  "selfhosted/wan2-2-14b-t2v": SelfhostedWan2214bT2vInput;
  "selfhosted/wan2-2-5b-i2v": SelfhostedWan225bI2vInput;
  "selfhosted/wan2-2-5b-t2v": SelfhostedWan225bT2vInput;
  "stability/stable-audio-2.5": StabilityStableAudio25Input;
  "suno/music-cover": SunoMusicCoverInput;
  "suno/music-extend-upload": SunoMusicExtendUploadInput;
  "suno/music-generate": SunoMusicGenerateInput;
  "video-enhance": VideoEnhanceInput;
  "vidu/2-0-i2v": Vidu20I2vInput;
  "vidu/lip-sync": ViduLipSyncInput;
  "vidu/q1-i2v": ViduQ1I2vInput;
  "vidu/q1-r2v": ViduQ1R2vInput;
  "vidu/q1-se2v": ViduQ1Se2vInput;
  "vidu/q1-t2v": ViduQ1T2vInput;
  "vidu/q2-i2v": ViduQ2I2vInput;
  "vidu/q2-pro-fast-f2v": ViduQ2ProFastF2vInput;
  "vidu/q2-pro-fast-i2v": ViduQ2ProFastI2vInput;
  "vidu/q2-pro-r2v": ViduQ2ProR2vInput;
  "vidu/q2-r2v": ViduQ2R2vInput;
  "vidu/q2-se2v": ViduQ2Se2vInput;
  "vidu/q2-t2v": ViduQ2T2vInput;
  "vidu/q2-turbo-f2v": ViduQ2TurboF2vInput;
  "vidu/q2-turbo-i2v": ViduQ2TurboI2vInput;
  "vidu/q3-i2v": ViduQ3I2vInput;
  "vidu/q3-r2v": ViduQ3R2vInput;
  "vidu/q3-se2v": ViduQ3Se2vInput;
  "vidu/q3-t2v": ViduQ3T2vInput;
  "vidu/q3-turbo-i2v": ViduQ3TurboI2vInput;
  "vidu/q3-turbo-t2v": ViduQ3TurboT2vInput;
  "vidu/template": ViduTemplateInput;
  "wan/2-2-animate-move": Wan22AnimateMoveInput;
  "wan/2-2-animate-replace": Wan22AnimateReplaceInput;
  "wan/2-5-preview-i2v": Wan25PreviewI2vInput;
  "wan/2-5-preview-t2v": Wan25PreviewT2vInput;
  "wan/2-6-i2v": Wan26I2vInput;
  "wan/2-6-image": Wan26ImageInput;
  "wan/2-6-r2v": Wan26R2vInput;
  "wan/2-6-t2v": Wan26T2vInput;
  "wan/2-7-i2v": Wan27I2vInput;
  "wan/2-7-image": Wan27ImageInput;
  "wan/2-7-image-pro": Wan27ImageProInput;
  "wan/2-7-r2v": Wan27R2vInput;
  "wan/2-7-t2v": Wan27T2vInput;
  "wan/2-7-video-edit": Wan27VideoEditInput;
  "wan/v2-2-i2v": WanV22I2vInput;
  "wan/v2-2-t2v": WanV22T2vInput;
  "z-image": ZImageInput;
}
