/** A parcel with what is shared by everybody who gets it: its encoded forms, and where it is stored. */
import type { Frame } from './front/codec.ts';
import { bytesOf, compact, type Parcel } from './parcel.ts';

export class Envelope {
  parcel: Parcel;
  /** Number of its body in the store, in the order of acceptance; 0: it is not stored. */
  readonly seq: number;
  /** Encoded once for each form; the keys are the codecs' own. */
  #frames: Map<number | string, Frame> | undefined;
  #bytes: number | undefined;

  constructor(parcel: Parcel, seq = 0) {
    this.parcel = parcel;
    this.seq = seq;
  }

  /** See bytesOf; the same for everybody who gets it. */
  get bytes(): number {
    this.#bytes ??= bytesOf(this.parcel);
    return this.#bytes;
  }

  frame(form: number | string): Frame | undefined {
    return this.#frames?.get(form);
  }

  keepFrame(form: number | string, frame: Frame): Frame {
    this.#frames ??= new Map();
    if (this.#frames.size < FORMS_MAX) this.#frames.set(form, frame);
    return frame;
  }

  /** It will stay for a while: lets go of the network read it came in, and of its encoded forms. */
  settle(): this {
    const payload = compact(this.parcel.payload);
    if (payload !== this.parcel.payload) this.parcel = { ...this.parcel, payload };
    this.#frames = undefined;
    return this;
  }
}

/** Forms of one message kept at a time; a further one is encoded for its one receiver. */
const FORMS_MAX = 16;
