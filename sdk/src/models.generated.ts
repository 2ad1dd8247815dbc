// Made from the catalogue by `npm run sdk:types`: what each model takes. A field of pictures, videos or sounds takes an
// address or a Blob, which is uploaded.

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

/** An effect template applied to photos; bytedance-templates lists the templates. */
export interface BytedanceTemplateInput {
  /** TemplateId of the template list. */
  template_id: string;
  img_urls: (string | Blob)[];
  /** One of the Resolution values of the template. */
  resolution: string;
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

/** Kling 3.0: 3 to 15 seconds from a first picture, and a last one if wanted. */
export interface KlingV3I2vInput {
  /** What happens in the video. */
  prompt: string;
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
}

/** Kling 3.0: 3 to 15 seconds from a text, with sound if wanted. */
export interface KlingV3T2vInput {
  /** What the video shows. */
  prompt: string;
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

/** S2V-01: a video of the person whose face a picture shows. */
export interface MinimaxS2v01R2vInput {
  /** What the person does. */
  prompt: string;
  /** A picture of one face. */
  img_urls: (string | Blob)[];
  /** Lets the model improve the prompt. Default: true. */
  prompt_optimizer?: boolean;
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

/** The input of each model of the catalogue, by its name. */
export interface ModelInputs {
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
  "bytedance/seedream-4": BytedanceSeedream4Input;
  "bytedance/seedream-4-5": BytedanceSeedream45Input;
  "bytedance/seedream-5": BytedanceSeedream5Input;
  "bytedance/template": BytedanceTemplateInput;
  "google/veo3-1-fast-i2v": GoogleVeo31FastI2vInput;
  "google/veo3-1-fast-t2v": GoogleVeo31FastT2vInput;
  "google/veo3-1-i2v": GoogleVeo31I2vInput;
  "google/veo3-1-t2v": GoogleVeo31T2vInput;
  "kling/v2-5-turbo-pro": KlingV25TurboProInput;
  "kling/v3-i2v": KlingV3I2vInput;
  "kling/v3-t2v": KlingV3T2vInput;
  "minimax/h3-i2v": MinimaxH3I2vInput;
  "minimax/h3-r2v": MinimaxH3R2vInput;
  "minimax/h3-t2v": MinimaxH3T2vInput;
  "minimax/hailuo02-i2v": MinimaxHailuo02I2vInput;
  "minimax/hailuo02-t2v": MinimaxHailuo02T2vInput;
  "minimax/hailuo2-3-fast-i2v": MinimaxHailuo23FastI2vInput;
  "minimax/hailuo2-3-i2v": MinimaxHailuo23I2vInput;
  "minimax/hailuo2-3-t2v": MinimaxHailuo23T2vInput;
  "minimax/s2v01-r2v": MinimaxS2v01R2vInput;
  "openai/gpt-image-1": OpenaiGptImage1Input;
  "openai/gpt-image-1-5": OpenaiGptImage15Input;
  "openai/gpt-image-2": OpenaiGptImage2Input;
  "openai/gpt-image-2-premium": OpenaiGptImage2PremiumInput;
  "openai/gpt-image-2-stable": OpenaiGptImage2StableInput;
  "reelay/draft-r2v": ReelayDraftR2vInput;
  "reelay/draft-t2v": ReelayDraftT2vInput;
  "reelay/effects": ReelayEffectsInput;
  "runway/gen4-5-i2v": RunwayGen45I2vInput;
  "runway/gen4-5-t2v": RunwayGen45T2vInput;
  "runway/gen4-turbo-i2v": RunwayGen4TurboI2vInput;
  "selfhosted/wan2-1-1b-t2v": SelfhostedWan211bT2vInput;
  "selfhosted/wan2-2-14b-i2v": SelfhostedWan2214bI2vInput;
  "selfhosted/wan2-2-14b-t2v": SelfhostedWan2214bT2vInput;
  "selfhosted/wan2-2-5b-i2v": SelfhostedWan225bI2vInput;
  "selfhosted/wan2-2-5b-t2v": SelfhostedWan225bT2vInput;
  "vidu/2-0-i2v": Vidu20I2vInput;
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
  "wan/v2-2-i2v": WanV22I2vInput;
  "wan/v2-2-t2v": WanV22T2vInput;
}
