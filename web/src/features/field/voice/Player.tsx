import { useEffect, useState } from "react";
import { blobOf } from "./record";

/** The browser's own control over a sound that lies on this device. */
export function Player({
  sound,
  type,
  label,
}: {
  readonly sound: string;
  readonly type: string;
  readonly label: string;
}) {
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    const made = URL.createObjectURL(blobOf(sound, type));
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [sound, type]);
  // biome-ignore lint/a11y/useMediaCaption: nobody has written down yet what a crew has just said.
  return <audio className="voice-player" controls src={address} aria-label={label} />;
}
