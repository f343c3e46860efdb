/** The name of a key, always left to right. */
export function KeyHint({ keys }: { readonly keys: string }) {
  return (
    <kbd className="key-hint" dir="ltr">
      {keys}
    </kbd>
  );
}
