import type { ButtonHTMLAttributes, ReactNode } from "react";
import { useId } from "react";
import type { Reason } from "../core/reasons";
import { KeyHint } from "./KeyHint";

interface Props extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, "disabled"> {
  readonly look?: "plain" | "primary" | "danger" | "ok" | "quiet";
  readonly size?: "console" | "hand" | "main";
  readonly wide?: boolean;
  /** The key that does the same, such as `F2` or `Ctrl+⏎`. Shown, not bound: see `useKeys`. */
  readonly keyHint?: string | undefined;
  readonly icon?: ReactNode;
  /** Why it cannot run now, already in words; the button then says so and does nothing. */
  readonly disabledReason?: string | null | undefined;
  /** Show the reason as a line below, not only as a tooltip. */
  readonly reasonBelow?: boolean;
  /** Sent and not confirmed yet. */
  readonly pending?: boolean;
}

/** It stays focusable when it cannot run, so that everyone can learn why. */
export function Button({
  look = "plain",
  size = "console",
  wide,
  keyHint,
  icon,
  disabledReason,
  reasonBelow,
  pending,
  children,
  onClick,
  type = "button",
  className,
  title,
  ...rest
}: Props) {
  const why = useId();
  const off = disabledReason != null;
  return (
    <>
      <button
        {...rest}
        type={type}
        className={className ? `btn ${className}` : "btn"}
        data-look={look}
        data-size={size}
        data-wide={wide || undefined}
        data-pending={pending || undefined}
        aria-disabled={off || undefined}
        // Who speaks to the page says what stands on the button: the key stands there too.
        aria-label={rest["aria-label"] && keyHint ? `${rest["aria-label"]} ${keyHint}` : rest["aria-label"]}
        aria-describedby={off ? why : rest["aria-describedby"]}
        // Shown by `Tips`: the browser's own title knows neither the keyboard nor the page's direction.
        data-tip={off ? disabledReason : title}
        onClick={off ? (event) => event.preventDefault() : onClick}
      >
        {icon}
        {children}
        {keyHint && <KeyHint keys={keyHint} />}
      </button>
      {off && (
        <span id={why} className={reasonBelow ? "btn-why" : "visually-hidden"}>
          {disabledReason}
        </span>
      )}
    </>
  );
}

/** Turn a core reason into words with the caller's translator. */
export function reasonText<K extends string>(
  t: (key: K, values?: Readonly<Record<string, string | number>>) => string,
  reason: Reason<K> | null,
): string | null {
  return reason ? t(reason.key, reason.values) : null;
}
