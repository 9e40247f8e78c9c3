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
const latin = range(0x20, 0x7f) + range(0xa0, 0x100) + 'ŒœŸŠšŽžĀāĪīŁłĆćČčŃńŚśŻżŹźĞğİıŞşŐőŰű' +
  '‐–—―‘’‚“”„†‡•…‰′″‹›⁄€™−≤≥≈×÷°·¼½¾⅓⅔⅛№\u2009'
// What French and English text in italics is made of; the rest of the letters are in a file of their own, which is
// fetched by who meets one.
const common = range(0x20, 0x7f) + '\u00a0«»©®°·ÀÂÄÇÈÉÊËÎÏÔÖÙÛÜàâäçèéêëîïôöùûüœŒÿñÑáíóúå‐–—‘’‚“”„•…‹›€−×'
const rare = [...latin].filter(c => !common.includes(c)).join('')
const syllabics = range(0x1400, 0x1680) + range(0x18b0, 0x1900)
const at = 'node_modules/'
const newsreader = at + '@fontsource-variable/newsreader/files/newsreader-latin-opsz-'
const files = [
  ['newsreader-display-600.woff2', newsreader + 'normal.woff2', latin, { opsz: 36, wght: 600 }],
  ['newsreader-text.woff2', newsreader + 'normal.woff2', latin, { opsz: 16, wght: 400 }],
  ['newsreader-text-700.woff2', newsreader + 'normal.woff2', latin, { opsz: 16, wght: 700 }],
  ['newsreader-text-italic.woff2', newsreader + 'italic.woff2', common, { opsz: 16, wght: 400 }],
  ['newsreader-text-italic-rare.woff2', newsreader + 'italic.woff2', rare, { opsz: 16, wght: 400 }],
  ['public-sans.woff2', at + '@fontsource-variable/public-sans/files/public-sans-latin-wght-normal.woff2', latin,
    { wght: { min: 400, max: 700 } }],
  ['canadian-aboriginal.woff2', at + '@fontsource/noto-sans-canadian-aboriginal/files/' +
    'noto-sans-canadian-aboriginal-canadian-aboriginal-400-normal.woff2', syllabics, undefined],
]
// The program draws with the plain form of the same faces.
const drawn = '../../../internal/render/sharecard/fonts/'
files.push(
  [drawn + 'newsreader-display-600.ttf', files[0][1], latin, { opsz: 36, wght: 600 }],
  [drawn + 'public-sans-600.ttf', files[5][1], latin, { wght: 600 }],
  [drawn + 'canadian-aboriginal.ttf', files[6][1], syllabics, undefined],
)
for (const [out, from, text, variationAxes] of files) {
  const targetFormat = out.endsWith('.ttf') ? 'truetype' : 'woff2'
  fs.writeFileSync(out, await subsetFont(fs.readFileSync(from), text, { targetFormat, variationAxes }))
  console.log(out, (fs.statSync(out).size / 1024).toFixed(1) + ' KB')
}
