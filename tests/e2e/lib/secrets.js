/** What no console may hold: signed addresses, cookies, and the numbers of the replica's accounts. */
export const SECRET = /upsig=|hdnts=|SESSDATA|DedeUserID|[?&]mid=\d|\b(11|22)00000\d\b/;
