// How many characters the toolbar icon's mark has room for.
export const ROOM = 4;
