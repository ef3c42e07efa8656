/** What a list's query needs of the page asked for: rows wanted, and the sort keys of the last row shown. */
export type Page = { readonly limit: number; readonly after: readonly string[] | undefined };
