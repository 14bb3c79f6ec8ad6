/** What a language consists of, as types: English is the source, its placeholders are checked at every `t(…)`. */
import type { messages } from './en/catalog.ts';

export type Messages = typeof messages;
export type Key = keyof Messages;

export interface PluralForms {
  readonly one: string;
  readonly other: string;
}

/** What a French file must be: the same keys, sentences where English has sentences, plural forms where it has them. */
export type Translation<Source> = { readonly [K in keyof Source]: Source[K] extends string ? string : PluralForms };

export interface Sentence {
  readonly title: string;
  readonly hint: string;
}

export interface Catalog {
  readonly messages: Translation<Messages>;
  /** By error code; English takes them from the catalogue of the contract. */
  readonly errors: Readonly<Record<string, Sentence>>;
}

type TextOf<K extends Key> = Messages[K] extends string
  ? Messages[K]
  : Messages[K] extends { readonly other: infer Other extends string }
    ? Other
    : never;
type NamesIn<Text> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | NamesIn<Rest> : never;

/** The second argument of `t`: required exactly when the English sentence has placeholders. */
export type ParamsOf<K extends Key> = [NamesIn<TextOf<K>>] extends [never]
  ? [params?: undefined]
  : [params: Readonly<Record<NamesIn<TextOf<K>>, string | number>>];
