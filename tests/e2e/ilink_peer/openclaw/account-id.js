// Stands in for the host program of Tencent's client: the one function it takes from here.
export const normalizeAccountId = (id) => id.trim().toLowerCase().replace(/[^a-z0-9_-]+/g, '-')
