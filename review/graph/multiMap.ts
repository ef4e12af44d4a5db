/** A map with several values for each key, each of them once. */
export class MultiMap<Key, Value> extends Map<Key, Set<Value>> {
  add(key: Key, value: Value): void {
    const values = this.get(key);
    if (values) values.add(value);
    else this.set(key, new Set([value]));
  }
}
