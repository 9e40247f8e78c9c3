// What every screen of the newsroom gets. Pages work without it; it makes them quicker.
import "./newsroom/toast.ts";
import "./newsroom/passkey.ts";
import "./newsroom/story.ts";
