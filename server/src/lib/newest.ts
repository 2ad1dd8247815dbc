/** Sets a key as the newest of a map, and removes the oldest if there would be more than `max`. */
export function setNewest<Key, Value>(map: Map<Key, Value>, key: Key, value: Value, max: number): void {
  // Deleted first, so that the first key of the map is always the oldest.
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > max) map.delete(oldest);
}
