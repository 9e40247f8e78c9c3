// Times of the last twelve hours become ages. The server never writes one: a cached page would make it false.
import { say } from './words.js'

const update = () => {
  for (const t of document.querySelectorAll('time[data-age]')) {
    const min = Math.floor((Date.now() - Date.parse(t.dateTime)) / 6e4)
    t.dataset.full ||= t.textContent
    if (min >= 720) t.parentNode.hidden = true
    else if (min >= -5) t.textContent = min < 1 ? say('now') : min < 60 ? say('min', min) : say('hour', Math.floor(min / 60))
    t.title = t.dataset.full
  }
}
update()
setInterval(() => document.hidden || update(), 6e4)
