function mask_numbers(line) {
  return line.replace(/[0-9]{11,}/g, (digits) => digits.slice(0, 3) + '*'.repeat(digits.length - 7) + digits.slice(-4))
}
