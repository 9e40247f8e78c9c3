// Cuts the fonts of the theme, and those that pictures for sharing are drawn with, to the letters and axes that are
// used. Run in this folder:
//
//	npm install --no-save subset-font@2.9.0 @fontsource-variable/newsreader @fontsource-variable/public-sans \
//	  @fontsource/noto-sans-canadian-aboriginal
//	node build.mjs
//
// The results are committed; the program never runs this.
import subsetFont from 'subset-font'
import fs from 'node:fs'

const range = (from, to) => Array.from({ length: to - from }, (_, i) => String.fromCodePoint(from + i)).join('')
const latin = range(0x20, 0x7f) + range(0xa0, 0x100) + 'ŒœıŸ–—‘’‚“”„•…′″‹›⁄€™−\u2009'
// What French and English text is made of; the rest of the letters are in a file of their own beside each face, which is
// fetched by who meets one. Its unicode-range in css/tokens.css is these.
const common = range(0x20, 0x7f) + '\u00a0«»©®°·ÀÂÄÇÈÉÊËÎÏÔÖÙÛÜàâäçèéêëîïôöùûüœŒÿñÑáíóú–—‘’‚“”„•…‹›€−×'
const rare = [...latin].filter(c => !common.includes(c)).join('')
const syllabics = range(0x1400, 0x1680) + range(0x18b0, 0x1900)
const at = 'node_modules/'
const newsreader = at + '@fontsource-variable/newsreader/files/newsreader-latin-opsz-'
const publicSans = at + '@fontsource-variable/public-sans/files/public-sans-latin-wght-normal.woff2'
const noto = at + '@fontsource/noto-sans-canadian-aboriginal/files/noto-sans-canadian-aboriginal-canadian-aboriginal-400-normal.woff2'
const faces = [
  ['newsreader-display-600', newsreader + 'normal.woff2', { opsz: 36, wght: 600 }],
  ['newsreader-text', newsreader + 'normal.woff2', { opsz: 16, wght: 400 }],
  ['newsreader-text-700', newsreader + 'normal.woff2', { opsz: 16, wght: 700 }],
  ['newsreader-text-italic', newsreader + 'italic.woff2', { opsz: 16, wght: 400 }],
  ['public-sans', publicSans, { wght: { min: 400, max: 700 } }],
]
const files = [['canadian-aboriginal.woff2', noto, syllabics, undefined]]
for (const [name, from, axes] of faces) {
  files.push([name + '.woff2', from, common, axes], [name + '-rare.woff2', from, rare, axes])
}
// What the style sheets ask for, and what letters need to stand well.
const features = ['calt', 'ccmp', 'kern', 'liga', 'locl', 'mark', 'mkmk', 'tnum']
// The program draws with the plain form of the same faces.
const drawn = '../../../internal/render/sharecard/fonts/'
files.push(
  [drawn + 'newsreader-display-600.ttf', faces[0][1], latin, { opsz: 36, wght: 600 }],
  [drawn + 'public-sans-600.ttf', publicSans, latin, { wght: 600 }],
  [drawn + 'canadian-aboriginal.ttf', noto, syllabics, undefined],
)
for (const [out, from, text, variationAxes] of files) {
  const kind = out.endsWith('.ttf') ? { targetFormat: 'truetype' } : { targetFormat: 'woff2', keepFeatures: features }
  fs.writeFileSync(out, await subsetFont(fs.readFileSync(from), text, { variationAxes, ...kind }))
  console.log(out, (fs.statSync(out).size / 1024).toFixed(1) + ' KB')
}
