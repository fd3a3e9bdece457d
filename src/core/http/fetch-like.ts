/** The `fetch` of the platform, or one with its manners; called with a URL and an init, never with a `Request`. */
export type FetchLike = (url: string, init: RequestInit) => Promise<Response>;

export const platformFetch: FetchLike = (url, init) => globalThis.fetch(url, init);
