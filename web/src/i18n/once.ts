/** Make it when it is first used: a page that makes all its formatters at its start waits for them, 0.1 s on a quick machine. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
