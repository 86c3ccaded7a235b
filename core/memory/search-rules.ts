/** Numbers of the search, chosen on the `dev` queries of bench/data/search and reported on its `test` queries by `npm run bench memory`. */
export const SEARCH_RULES = {
  /** BM25 (Robertson and Zaragoza 2009): how soon more occurrences count no more, and how much a long passage is held against it. */
  k1: 0.6, b: 0.75,
  /** What an occurrence in the heading counts beside one in the text. */
  heading: 2,
  /** Terms of a query that are looked up, the rarest first: a pasted page is a query, too. */
  mostTerms: 24,
  /** Items that each side, words and vectors, brings before they are put together; at least, and for each hit that is asked for. */
  candidates: 50, candidatesPerHit: 2,
  /** Passages of each look for near ones, at least, and times as many where a filter drops some; sqlite-vec is much slower when asked for a thousand. */
  nearest: 50, nearestFiltered: 2,
  /** Further looks when the near ones are all passages of a few long items. */
  furtherLooks: 3,
  /** Passages that are looked up at once while walking down the words' ranking, and the most of them. */
  walked: 200, walkedMost: 2_000,
  /** Likeness to a better hit beside a hit's own score (MMR, Carbonell and Goldstein 1998: 1 would leave the order as it is), and hits it chooses from for each that is asked for. */
  diversity: 0.7, diversePool: 3,
} as const;
