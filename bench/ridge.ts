/** A fitted linear model over standardised features. */
export interface LinearModel { mean: number[]; sd: number[]; weight: number[]; intercept: number }

/** Ridge regression with an unpenalised intercept on standardised features (Hoerl and Kennard 1970). */
export function fitRidge(rows: readonly (readonly number[])[], targets: readonly number[], lambda: number): LinearModel {
  const size = rows[0]?.length ?? 0, n = rows.length;
  const columns = Array.from({ length: size }, (_, j) => rows.map((row) => row[j]!));
  const mean = columns.map((column) => average(column));
  const sd = columns.map((column, j) => Math.sqrt(average(column.map((value) => (value - mean[j]!) ** 2))) || 1);
  const z = rows.map((row) => row.map((value, j) => (value - mean[j]!) / sd[j]!));
  const intercept = average(targets);
  const matrix = Array.from({ length: size }, (_, a) => Array.from({ length: size }, (_, b) => z.reduce((sum, row) => sum + row[a]! * row[b]!, a === b ? lambda : 0)));
  const right = Array.from({ length: size }, (_, a) => z.reduce((sum, row, i) => sum + row[a]! * (targets[i]! - intercept), 0));
  if (n === 0) throw new Error('no rows to fit');
  return { mean, sd, weight: solve(matrix, right), intercept };
}

/** Mean of a list; 0 when empty. */
export function average(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Gauss–Jordan elimination with partial pivoting. */
function solve(matrix: number[][], right: number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]!]);
  for (let i = 0; i < rows.length; i++) {
    let pivot = i;
    for (let j = i + 1; j < rows.length; j++) if (Math.abs(rows[j]![i]!) > Math.abs(rows[pivot]![i]!)) pivot = j;
    [rows[i], rows[pivot]] = [rows[pivot]!, rows[i]!];
    for (let j = 0; j < rows.length; j++) {
      if (j === i) continue;
      const factor = rows[j]![i]! / rows[i]![i]!;
      for (let k = i; k <= rows.length; k++) rows[j]![k]! -= factor * rows[i]![k]!;
    }
  }
  return rows.map((row, i) => row[rows.length]! / row[i]!);
}
