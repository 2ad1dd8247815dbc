// Finds the route of a request. Paths are compared as received; placeholders are decoded.
import type { ApiRequest, Route } from './exchange.ts';

interface CompiledRoute {
  route: Route;
  pattern: RegExp;
}

export interface FoundRoute {
  route: Route;
  params: Record<string, string>;
}

const PLACEHOLDER = /\{(\w+)(\*?)\}/g;

/** Tries the routes in their order. */
export type Router = (request: ApiRequest) => FoundRoute | undefined;

export function createRouter(routes: readonly Route[]): Router {
  const compiled = routes.map((route) => ({ route, pattern: compilePath(route.path) }));
  return (request) => {
    for (const { route, pattern } of compiled) {
      const params = matchRoute({ route, pattern }, request);
      if (params) return { route, params };
    }
    return undefined;
  };
}

function compilePath(path: string): RegExp {
  const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  let source = '';
  let end = 0;
  for (const match of path.matchAll(PLACEHOLDER)) {
    const [whole, name, star] = match;
    source += `${literal(path.slice(end, match.index))}(?<${name}>${star ? '.+?' : '[^/]+?'})`;
    end = match.index + whole.length;
  }
  return new RegExp(`^${source}${literal(path.slice(end))}/?$`);
}

function matchRoute(
  { route, pattern }: CompiledRoute,
  request: ApiRequest,
): Record<string, string> | undefined {
  if (route.method !== request.method) return undefined;
  const match = pattern.exec(request.path);
  if (!match || (route.when && !route.when({ ...request, params: decode(match.groups) }))) return undefined;
  return decode(match.groups);
}

function decode(groups: Record<string, string> | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(groups ?? {}).map(([name, text]) => [name, decodePart(text)]));
}

function decodePart(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A broken escape is an id like any other: an unknown one.
    return text;
  }
}
