// Says that a story was on the screen for five seconds: which one, and nothing else. The server counts and keeps nothing
// of who read. A preview has another address and is not counted.
const story = document.querySelector('[data-read]')

if (story && navigator.sendBeacon && location.pathname.endsWith('-' + story.dataset.read)) {
  let left = 5
  const timer = setInterval(() => {
    if (document.hidden || --left) return
    clearInterval(timer)
    navigator.sendBeacon('/_/read/' + story.dataset.read)
  }, 1e3)
}
