/** An open value begins with this; a proposal may follow it. `init` and `map` write it, the parser refuses it: nobody runs on a guess. */
export const OPEN = '???';
