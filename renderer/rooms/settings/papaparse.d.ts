// The part of Papa Parse that is used. Its published types bring Node's along, which the page has not.
declare module 'papaparse' {
  interface Parsed<T> { readonly data: readonly T[]; readonly meta: { readonly fields?: readonly string[] } }
  const Papa: {
    parse<T>(text: string, options: { readonly header: true; readonly delimiter: string; readonly skipEmptyLines: 'greedy'; readonly transformHeader: (name: string) => string }): Parsed<T>;
    unparse(table: { readonly fields: readonly string[]; readonly data: readonly (readonly string[])[] }): string;
  };
  export default Papa;
}
