const MAX_TAGS = 8
const tags = ['Go', 'SQL']

const input = document.querySelector('#input')
input.addEventListener('keydown', (event) => {
  console.log(event.key)
})
