/** Marks that chat templates put between turns; a model that leaks them has run past its own turn. */
const FIXED = ['<start_of_turn>', '<end_of_turn>', '[INST]', '[/INST]', '<<SYS>>', '<</SYS>>', '<eos>', '<bos>', '</s>', '<s>'] as const;
/** `<|im_start|>`, `<|eot_id|>`, `<|start_header_id|>`, `<｜User｜>` and their kind. */
const PIPED = /<[|｜][\p{L}\p{N}_▁ -]{1,40}[|｜]>/gu;
const MARK = new RegExp(`${PIPED.source}|${FIXED.map((mark) => mark.replace(/[[\]/]/g, '\\$&')).join('|')}`, 'gu');
/** A mark that opens a turn, with the role after it. */
const OPENING = /(?:<\|im_start\|>|<start_of_turn>)[ \t]*(\w+)[ \t]*\n|<\|start_header_id\|>[ \t]*(\w+)[ \t]*<\|end_header_id\|>|<[|｜](User|user|System|system|Assistant|assistant|model)[|｜]>/gu;
const OWN_ROLES = new Set(['assistant', 'model']);
const LONGEST = 64;

/**
 * Takes leaked template marks out of a text that arrives in pieces, and the white space before its first word. When the model goes on as somebody else (`<|im_start|>user`),
 * everything from there on is dropped: it is no longer its answer.
 */
export class TemplateMarkFilter {
  #pending = '';
  #anythingOut: boolean;
  /** The turn is over; what still comes is not the answer. */
  over = false;

  /** @param goesOn the text goes on from another one, so its first white space means something */
  constructor(goesOn = false) { this.#anythingOut = goesOn; }

  push(text: string): string {
    if (this.over) return '';
    this.#pending += text;
    if (!this.#pending.includes('<') && !this.#pending.includes('[')) return this.#release(this.#pending.length);
    this.#strip(false);
    return this.#release(this.over ? this.#pending.length : holdFrom(this.#pending));
  }

  flush(): string {
    this.#strip(true);
    return this.#release(this.#pending.length);
  }

  #release(end: number): string {
    const released = this.#pending.slice(0, end);
    this.#pending = this.#pending.slice(end);
    const out = this.#anythingOut ? released : released.trimStart();
    if (out !== '') this.#anythingOut = true;
    return out;
  }

  /** Until nothing is found any more, because taking one mark out can join the halves of another. */
  #strip(atEnd: boolean): void {
    for (let before = ''; before !== this.#pending;) {
      before = this.#pending;
      for (const opening of this.#pending.matchAll(OPENING)) {
        const role = (opening[1] ?? opening[2] ?? opening[3] ?? '').toLowerCase();
        const hadText = this.#anythingOut || this.#pending.slice(0, opening.index).replace(MARK, '').trim() !== '';
        if (!OWN_ROLES.has(role) && hadText) { this.#pending = this.#pending.slice(0, opening.index).replace(MARK, ''); this.over = true; return; }
      }
      this.#pending = this.#pending.replace(OPENING, '');
      // An opening mark whose role has not arrived yet waits for it.
      const waiting = atEnd ? -1 : this.#pending.search(WAITING);
      const settled = waiting === -1 ? this.#pending : this.#pending.slice(0, waiting);
      this.#pending = settled.replace(MARK, (mark, at: number) => (mark === '<s>' && (this.#anythingOut || settled.slice(0, at).trim() !== '') ? mark : '')) + (waiting === -1 ? '' : this.#pending.slice(waiting));
    }
  }
}

const WAITING = /(?:<\|im_start\|>|<start_of_turn>)[ \t]*\w{0,20}[ \t]*$|<\|start_header_id\|>[ \t]*\w{0,20}[ \t]*(?:<(?:\|[a-z_]{0,13}(?:\|>?)?)?)?$/u;

/** Where the part of a text begins that could still become a mark; halves of marks may stand around one. */
function holdFrom(text: string): number {
  const waiting = text.search(WAITING);
  let end = waiting === -1 ? text.length : waiting;
  for (;;) {
    const before = markBeginsAt(text.slice(0, end));
    if (before === end) return end;
    end = before;
  }
}

function markBeginsAt(text: string): number {
  for (let at = Math.max(0, text.length - LONGEST); at < text.length; at++) {
    if ((text[at] === '<' || text[at] === '[') && couldBecomeMark(text.slice(at))) return at;
  }
  return text.length;
}

const couldBecomeMark = (tail: string): boolean =>
  /^<(?:[|｜](?:[\p{L}\p{N}_▁ -]{0,40}[|｜]?)?)?$/u.test(tail) || FIXED.some((mark) => mark.startsWith(tail));
