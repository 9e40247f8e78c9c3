// What every screen of the newsroom gets. Pages work without it; it makes them quicker.
import "./newsroom/toast.ts";
import "./newsroom/frame.ts";
import "./newsroom/keys.ts";
import "./newsroom/live.ts";
import "./newsroom/library.ts";
import "./newsroom/medium.ts";
import "./newsroom/side.ts";
import "./newsroom/passkey.ts";
import "./newsroom/story.ts";
import "./newsroom/fronts.ts";
