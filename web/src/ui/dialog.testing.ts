/** Gives jsdom the methods of <dialog> that Modal calls. */
export function stubDialogs() {
  HTMLDialogElement.prototype.showModal = function (this: HTMLDialogElement) {
    this.open = true
  }
  HTMLDialogElement.prototype.close = () => undefined
}
