// The providers that the hostile tests use: adapters of different shape, each with a model that only it
// offers, and with secrets that nothing else contains.
import { randomBytes } from 'node:crypto';
import type { JsonObject } from '../../server/src/lib/json.ts';

export interface Target {
  /** Of the provider and of its emulator. */
  id: string;
  model: string;
  input: JsonObject;
  secrets: Record<string, string>;
  /** Its model has to be made first; it takes part only if chosen. */
  isChosenOnly?: true;
}

/** A model that a test offers only at Replicate. */
export const REPLICATE_MODEL = 'operator/replicate-t2v';

/** With characters that addresses and base64 write differently. */
function makeSecret(name: string): string {
  return `${name}+/=&%?~${randomBytes(16).toString('hex')}`;
}

const TEXT = { prompt: 'a cat', resolution: '720p', duration: 5 };

export function listTargets(): Target[] {
  const key = (id: string) => ({ api_key: makeSecret(id) });
  return [
    { id: 'ark', model: 'bytedance/seedance1-0-pro-fast-t2v', input: TEXT, secrets: key('ark') },
    { id: 'vidu', model: 'vidu/q2-t2v', input: TEXT, secrets: key('vidu') },
    { id: 'fal', model: 'wan/v2-2-t2v', input: TEXT, secrets: key('fal') },
    { id: 'replicate', model: REPLICATE_MODEL, input: TEXT, secrets: key('r8'), isChosenOnly: true },
    { id: 'kling', model: 'kling/v3-t2v', input: TEXT, secrets: key('kling') },
    {
      id: 'google-veo',
      model: 'google/veo3-1-fast-t2v',
      input: { ...TEXT, duration: 6 },
      secrets: key('google'),
    },
    {
      id: 'openai-videos',
      model: 'selfhosted/wan2-1-1b-t2v',
      input: { ...TEXT, resolution: '480p' },
      secrets: key('videos'),
    },
    {
      id: 'bytedance-effects',
      model: 'bytedance/template',
      input: {
        template_id: '970000001',
        img_urls: ['https://pictures.example/1.png'],
        resolution: '480p',
      },
      // The first is a part of a header that is split at "/", "=" and ",".
      secrets: { access_key: `AK${randomBytes(16).toString('hex')}`, secret_key: makeSecret('SK') },
    },
  ];
}

/** The spellings of a secret; base64 without padding, so that every form of it is found. */
export function spellingsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const encoded = [bytes.toString('base64').replace(/=+$/, ''), bytes.toString('base64url')];
  return [secret, encodeURIComponent(secret), ...encoded, bytes.toString('hex')];
}
