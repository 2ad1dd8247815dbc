// The headers of every page that this server makes: a policy that lets nothing in but this server.
import type { FastifyReply } from 'fastify';

const UNUSED_POWERS = ['camera', 'geolocation', 'microphone', 'payment', 'usb', 'serial', 'hid', 'midi'];

/** Nothing is loaded from elsewhere, no markup is made from text, no other page may frame this one. */
export function addPageHeaders(reply: FastifyReply, origin: string): void {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src 'self' blob: data: ${origin}`,
    `media-src 'self' blob: ${origin}`,
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ];
  reply.headers({
    'content-security-policy': policy.join('; '),
    'cache-control': 'no-cache',
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': UNUSED_POWERS.map((power) => `${power}=()`).join(', '),
    'referrer-policy': 'no-referrer',
    'x-frame-options': 'DENY',
  });
}
