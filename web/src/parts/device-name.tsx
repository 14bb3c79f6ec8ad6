/** The name of a device where there may be little room for it: an id loses its middle, since many begin alike. */

/** Nobody chose it: one long word with figures. */
const ID = /^(?=.*\d)\S{10,}$/;
const END_LENGTH = 4;

export function DeviceName({ name }: { name: string }) {
  if (!ID.test(name)) return <>{name}</>;
  return (
    <span class="mid">
      <span class="cut">{name.slice(0, -END_LENGTH)}</span>
      {name.slice(-END_LENGTH)}
    </span>
  );
}
