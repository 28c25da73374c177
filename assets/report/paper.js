// Makes the page fit for paper while it is printed: light, plots as wide as A4, what is folded opened.
;(() => {
  const {paper, drawAll} = page
  /** A4 without its margins, at 96 px an inch. */
  const paperWidth = 680
  let undo = []

  addEventListener('beforeprint', () => {
    const {theme} = document.documentElement.dataset
    const folded = [...document.querySelectorAll('details:not(.numbers, .source, [open])')]
    undo = [
      () => {
        if (theme) document.documentElement.dataset.theme = theme
        else delete document.documentElement.dataset.theme
      },
      ...folded.map((one) => () => {
        one.open = false
      }),
    ]
    document.documentElement.dataset.theme = 'light'
    for (const one of folded) one.open = true
    paper.width = paperWidth
    drawAll()
  })
  addEventListener('afterprint', () => {
    for (const back of undo.splice(0)) back()
    paper.width = 0
    drawAll()
  })
})()
