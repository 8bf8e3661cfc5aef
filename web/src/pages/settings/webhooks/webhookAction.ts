export type WebhookAction = 'edit' | 'log' | 'rotate' | 'delete'
