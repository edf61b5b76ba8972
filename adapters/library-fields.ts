/** A field as its library names it, and how it is stored. */
export interface LibraryField {
  readonly column: string;
  /** The one form that the library looks it up in: an e-mail in lower case. */
  readonly fold?: ((value: unknown) => unknown) | undefined;
  /** From the form that the application sees to the stored one. */
  readonly toStored?: ((value: never) => unknown) | undefined;
}

/** The fields of a library's models, by model and field. Those of other models are called as their columns. */
export type LibraryFields = Readonly<Record<string, Readonly<Record<string, LibraryField>>>>;
