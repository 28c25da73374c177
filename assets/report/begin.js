// Draws everything, and again when the page or its numbers change.
;(() => {
  const {drawn, drawAll, refresh} = page

  document.getElementById('theme')?.addEventListener('click', () => {
    const dark = document.documentElement.dataset.theme
      ? document.documentElement.dataset.theme === 'dark'
      : matchMedia('(prefers-color-scheme: dark)').matches
    document.documentElement.dataset.theme = dark ? 'light' : 'dark'
    drawAll()
  })
  let resize
  addEventListener('resize', () => {
    clearTimeout(resize)
    resize = setTimeout(drawAll, 120)
  })
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll)
  document.addEventListener('course', ({detail}) => {
    Object.assign(drawn, detail)
    refresh()
  })
  drawAll()
})()
