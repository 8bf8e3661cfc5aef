export function PageCrash() {
  return <main role="alert" />
}
