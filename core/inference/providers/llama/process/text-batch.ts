/** Collects text and sends it on about once per screen frame: a message per token would cost more than the token. */
export class TextBatch {
  readonly #send: (text: string) => void;
  #text = '';
  #timer: NodeJS.Timeout | undefined;
  #sentAt = 0;

  constructor(send: (text: string) => void) { this.#send = send; }

  /** The first text goes at once, since somebody waits for it. */
  push(text: string): void {
    this.#text += text;
    if (this.#text === '' || this.#timer) return;
    const wait = FRAME_MS - (performance.now() - this.#sentAt);
    if (wait <= 0) this.flush();
    else this.#timer = setTimeout(() => this.flush(), wait);
  }

  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#text === '') return;
    const text = this.#text;
    this.#text = '';
    this.#sentAt = performance.now();
    this.#send(text);
  }
}

const FRAME_MS = 16;
