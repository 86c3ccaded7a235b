/** Letters and digits as the full-text index takes them for parts of a word. */
const WORD = /[\p{L}\p{N}\p{Co}\p{M}]+/gu;

/** Words of grammar, which say nothing about what is looked for. English; what stands left and right of an apostrophe is cut apart. */
const FUNCTION_WORDS = new Set(`
  a an the this that these those there here it its itself he him his himself she her hers herself they them their theirs themselves we us our ours
  ourselves you your yours yourself yourselves i me my mine myself who whom whose which what when where why how and or but nor so yet if then than as of at
  by for with about against between into through during before after above below to from up down in out on off over under again further once
  because until while although though since unless whereas whether am is are was were be been being do does did doing done have has had having
  will would shall should can could may might must ought not no only own same too very just also even still already both each few more most other some
  such any all either neither every much many lot ever quite rather really let lets isn aren wasn weren don doesn didn won wouldn couldn shouldn
  haven hasn hadn mustn ain cannot s t re ve ll d m e g eg ie etc via per within upon onto toward towards without instead else otherwise however therefore
  thus hence moreover yes okay ok well like among across along
`.split(/\s+/).filter(Boolean));

/** The telling words of a query as they were typed, each once, whatever its case. */
export function queryWords(text: string): string[] {
  const found = new Map<string, string>();
  for (const [word] of text.matchAll(WORD)) {
    const lower = word.toLowerCase();
    if (!FUNCTION_WORDS.has(lower) && !found.has(lower)) found.set(lower, word);
  }
  return [...found.values()];
}
