// What the pages can do better with a script. Everything they offer works without it.
import './strip.js'
import './age.js'
import './regions.js'
import './photos.js'
import './video.js'
import './share.js'
import './look.js'
