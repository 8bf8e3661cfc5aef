-- +goose Up
-- Text ids and tables are named for their subject: fault.* is error.*, access.*
-- is api.*, sheet.* is import.*.
UPDATE interview_rooms SET failure_code = 'error.' || SUBSTR(failure_code, 7) WHERE failure_code LIKE 'fault.%';
UPDATE exam_sittings SET failure_code = 'error.' || SUBSTR(failure_code, 7) WHERE failure_code LIKE 'fault.%';
UPDATE messages SET error_code = 'error.' || SUBSTR(error_code, 7) WHERE error_code LIKE 'fault.%';
UPDATE webhook_deliveries SET error_code = 'error.' || SUBSTR(error_code, 7) WHERE error_code LIKE 'fault.%';

-- Previews and results of imports name their issues.
UPDATE imports SET lines = CAST(REPLACE(CAST(lines AS TEXT), '"sheet.', '"import.') AS {{.JSON}});
UPDATE imports SET result = CAST(REPLACE(REPLACE(CAST(result AS TEXT), '"sheet.', '"import.'), '"fault.', '"error.') AS {{.JSON}})
WHERE result IS NOT NULL;

ALTER TABLE provider_accounts RENAME TO showmebug_accounts;
ALTER TABLE provider_members RENAME TO showmebug_members;
