// Another one takes this file's place: where the server is.
export const server = '';
