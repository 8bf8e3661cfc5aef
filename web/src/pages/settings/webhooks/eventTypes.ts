/** The text id of an event type. The dot is replaced, because i18next uses it as the key separator. */
export const eventTypeTextId = (type: string) => `webhooks.types.${type.replace('.', '_')}` as 'webhooks.types.webhook_test'
