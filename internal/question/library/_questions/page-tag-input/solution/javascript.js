const MAX_TAGS = 8
let tags = ['Go', 'SQL']

const list = document.querySelector('#tags')
const input = document.querySelector('#input')
const status = document.querySelector('#status')

function render(repeated) {
  list.replaceChildren(...tags.map((tag) => {
    const item = document.createElement('li')
    item.textContent = tag
    item.classList.toggle('repeated', tag === repeated)
    const button = document.createElement('button')
    button.type = 'button'
    button.textContent = '×'
    button.setAttribute('aria-label', `Remove ${tag}`)
    button.addEventListener('click', () => remove(tag))
    item.append(button)
    return item
  }))
}

function add(text) {
  let repeated
  const messages = []
  for (const tag of text.split(/[,，、\n]/).map((part) => part.trim()).filter(Boolean)) {
    const existing = tags.find((one) => one.toLowerCase() === tag.toLowerCase())
    if (existing) {
      repeated = existing
      messages.push(`${existing} exists already.`)
    } else if (tags.length >= MAX_TAGS) {
      messages.push(`There are at most ${MAX_TAGS} tags.`)
      break
    } else {
      tags = [...tags, tag]
      messages.push(`${tag} added.`)
    }
  }
  status.textContent = messages.join(' ')
  render(repeated)
}

function remove(tag) {
  tags = tags.filter((one) => one !== tag)
  status.textContent = `${tag} removed.`
  render()
  input.focus()
}

input.addEventListener('keydown', (event) => {
  if (event.isComposing) return
  if (event.key === 'Enter' || event.key === ',') {
    event.preventDefault()
    add(input.value)
    input.value = ''
  } else if (event.key === 'Backspace' && input.value === '' && tags.length > 0) {
    remove(tags[tags.length - 1])
  }
})

input.addEventListener('paste', (event) => {
  const text = event.clipboardData.getData('text/plain')
  if (!/[,，、\n]/.test(text)) return
  event.preventDefault()
  add(input.value + text)
  input.value = ''
})

render()
