// Reads a video like a player: its boxes, and every packet of its tracks.
import { ALL_FORMATS, BufferSource, Input } from 'mediabunny';

export interface VideoFacts {
  /** Types of the outermost boxes (ISO/IEC 14496-12), in order. */
  boxes: string[];
  width: number;
  height: number;
  frames: number;
  framesPerSecond: number;
  seconds: number;
  videoCodec: string | null;
  audioCodec: string | null;
  audioSeconds: number;
}

function listBoxes(bytes: Buffer): string[] {
  const boxes: string[] = [];
  for (let at = 0; at + 8 <= bytes.length; ) {
    const size = bytes.readUInt32BE(at);
    boxes.push(bytes.toString('latin1', at + 4, at + 8));
    const whole = size === 1 ? Number(bytes.readBigUInt64BE(at + 8)) : size;
    if (whole < 8) throw new Error('a box without a size');
    at += whole;
    if (at > bytes.length) throw new Error('the last box is cut off');
  }
  return boxes;
}

export async function readVideo(bytes: Buffer): Promise<VideoFacts> {
  const input = new Input({ source: new BufferSource(bytes), formats: ALL_FORMATS });
  const video = await input.getPrimaryVideoTrack();
  if (!video) throw new Error('a file without a video track');
  const audio = await input.getPrimaryAudioTrack();
  const { packetCount, averagePacketRate } = await video.computePacketStats();
  return {
    boxes: listBoxes(bytes),
    width: video.codedWidth,
    height: video.codedHeight,
    frames: packetCount,
    framesPerSecond: averagePacketRate,
    seconds: await video.computeDuration(),
    videoCodec: video.codec,
    audioCodec: audio?.codec ?? null,
    audioSeconds: (await audio?.computeDuration()) ?? 0,
  };
}
