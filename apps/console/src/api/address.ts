/** Where the gateway has a path such as `v1/models`: one level above the page, also below a path of a proxy. */
export function apiAddress(path: string, page = document.baseURI): string {
  return new URL(`../${path}`, page).href;
}

/** The gateway's own address, without a slash at its end, for code that others copy. */
export function gatewayAddress(page = document.baseURI): string {
  return apiAddress('', page).replace(/\/$/, '');
}
