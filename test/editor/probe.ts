// What the tests call of the editor's parts, put where they can reach it.
import { Node } from "prosemirror-model";
import { pieces, same } from "../../ui/editor/compare.ts";
import { instant, local } from "../../ui/editor/fields.ts";
import { cleanHTML, cleanURL } from "../../ui/editor/paste.ts";
import { schema, urlFault } from "../../ui/editor/schema.ts";
import { changes } from "../../ui/editor/typography.ts";

Object.assign(globalThis, {
  probe: {
    cleanHTML, cleanURL, pieces, same, instant, local, urlFault,
    roundTrip: (json: unknown) => JSON.stringify(Node.fromJSON(schema, json).toJSON()),
    set(text: string, lang: string) {
      let out = "", at = 0;
      for (const c of changes(text, lang)) { out += text.slice(at, c.from) + c.text; at = c.to; }
      return out + text.slice(at);
    },
  },
});
