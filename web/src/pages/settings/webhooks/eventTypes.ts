/** The text of a type of event; a point would be taken for a part of the texts' ids. */
export const eventTypeTextId = (type: string) => `webhooks.types.${type.replace('.', '_')}` as 'webhooks.types.webhook_test'
