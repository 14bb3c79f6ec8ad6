/** The mark: one cell of a hive, with something alive in it. */
export function Mark() {
  return (
    <span class="mark">
      <svg viewBox="0 0 32 32" aria-hidden="true">
        <path d="M16 5l9.5 5.500v11L16 27l-9.500-5.500v-11z" />
        <path class="core" d="M16 11.400l4 2.300v4.600l-4 2.300-4-2.300v-4.600z" />
      </svg>
    </span>
  );
}

export function Brand({ detail }: { detail?: string | undefined }) {
  return (
    <a class="brand" href="/">
      <Mark />
      <span>
        Ruche
        {detail !== undefined && <small>{detail}</small>}
      </span>
    </a>
  );
}
