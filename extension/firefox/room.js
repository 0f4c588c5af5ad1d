// How many characters the toolbar icon's mark has room for. Firefox cuts off what is wider than 20 pixels, "1080" after
// its third digit (looked at in 153), and three letters such as "FHD" too.
export const ROOM = 3;
