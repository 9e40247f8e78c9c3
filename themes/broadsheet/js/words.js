// The page's own words for what scripts say, and a text with its gap filled.
const script = document.querySelector('script[data-words]')
export const words = script ? JSON.parse(script.dataset.words) : {}
export const say = (key, ...args) => (words[key] || '').replace(/\{(\d)\}/g, (_, i) => args[i])
