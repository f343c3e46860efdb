import type { AreaShape } from "../../../map";

/** What the shades of the map say, for those who do not see them; the list of offices beside it is of another tier for the nation. */
export function GroundWords({ areas }: { readonly areas: readonly AreaShape[] }) {
  const said = areas.flatMap(({ label }) => (label ? [label] : []));
  if (said.length === 0) return null;
  return (
    <ul className="visually-hidden" data-grounds={said.length}>
      {said.map((each) => (
        <li key={each}>{each}</li>
      ))}
    </ul>
  );
}
